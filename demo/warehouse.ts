/** A small warehouse: a reader that has all it needs, and a writer that was granted only half. */
export const WAREHOUSE_SQL = `
create role reader login password 'reader-pw';
create role writer login password 'writer-pw';
create schema staging;
create table public.customers (id serial primary key, name text not null);
create table public.orders (id bigint generated always as identity primary key, customer_id int references public.customers, placed_at timestamptz default now());
create table public.order_items (order_id bigint references public.orders, line int, amount numeric, primary key (order_id, line));
create view public.order_totals as select order_id, sum(amount) as total from public.order_items group by 1;
create materialized view public.daily as select placed_at::date as day, count(*) from public.orders group by 1;
create table staging.events (at timestamptz not null, payload jsonb) partition by range (at);
create table staging.events_2026 partition of staging.events for values from ('2026-01-01') to ('2027-01-01');
grant usage on schema staging to reader;
grant select on all tables in schema public, staging to reader;
grant select, insert, update, delete on public.customers, public.orders to writer;
grant select, insert on public.order_items to writer;
`;

/** What \`pgmedic sql\` proposes for the writer's gap in staging, as the administrator runs it. */
export const HEAL_SQL = `
grant usage on schema staging to writer;
grant select, insert, update, delete, truncate on all tables in schema staging to writer;
`;
