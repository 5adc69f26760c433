import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Session } from '../../../src/connect/types.ts';
import { PeerError, ServerError, StageTimeout } from '../../../src/failures/raw-errors.ts';
import { dial, errorOf } from '../../support/dial.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { MAJORS } from '../../support/majors.ts';

const failing = (): never => {
  throw new Error('mine');
};

describe.each(MAJORS)('a session on PostgreSQL %i', (major) => {
  let server: PostgresServer;
  let session: Session;
  beforeAll(async () => {
    server = await startPostgres({ major, hba: ['host all all all trust'] });
    ({ session } = await dial({ port: server.port }));
  });
  afterAll(async () => {
    await session.close();
    await server.stop();
  });
  const open = async (): Promise<Session> => (await dial({ port: server.port })).session;
  const terminate = (one: Session): Promise<unknown> => server.sql(`select pg_terminate_backend(${one.backendPid})`);

  test('values are text, NULL is null, names and values are UTF-8', async () => {
    const result = await session.query(`select 1 as "größe", null, '', 'a' || chr(128512), array[1, null], 'x'::bytea`);
    expect(result.columns).toEqual(['größe', '?column?', '?column?', '?column?', 'array', 'bytea']);
    expect(result.rows).toEqual([['1', null, '', 'a😀', '{1,NULL}', String.raw`\x78`]]);
  });

  test.each([
    ['', [], []],
    ['create temp table if not exists t (a int)', [], []],
    ['select from generate_series(1, 2)', [], [[], []]],
    ['select 1 as a; select 2 as b', ['b'], [['2']]],
    ['begin; set local work_mem = 64; select 3 as c; commit', ['c'], [['3']]],
    ['select 1 as d where false', ['d'], []],
    ['do $$ begin raise notice $q$hm$q$; end $$', [], []],
  ])('%j gives %j and %j', async (sql, columns, rows) => {
    expect(await session.query(sql)).toEqual({ columns, rows });
  });

  test('an error rejects its query only, and the rest of its text is not done', async () => {
    const error = await errorOf(session.query('select 1; select 1/0; select 2'));
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({
      fields: { sqlstate: '22012', severity: 'ERROR', message: 'division by zero', routine: 'int4div' },
    });
    expect(await session.query('select 1')).toMatchObject({ rows: [['1']] });
  });

  test('a pipeline settles each text by itself, in order', async () => {
    const rows: unknown[] = [];
    const outcomes = await session.pipeline(
      ['select 1', 'select nonsense', 'select * from generate_series(1, 3)', 'select 4'],
      [undefined, undefined, (row) => rows.push(row)],
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: { fields: { sqlstate: '42703' } } });
    expect(outcomes[2]).toMatchObject({ value: { columns: ['generate_series'], rows: [] } });
    expect(outcomes[3]).toMatchObject({ value: { rows: [['4']] } });
    expect(rows).toEqual([['1'], ['2'], ['3']]);
    expect(await session.pipeline([])).toEqual([]);
  });

  test('a consumer that throws fails its text and nothing else', async () => {
    const outcomes = await session.pipeline(['select 1 / (3 - i) from generate_series(1, 3) i', 'select 5'], [failing]);
    expect(outcomes).toMatchObject([{ status: 'rejected', reason: { message: 'mine' } }, { value: { rows: [['5']] } }]);
  });

  test('queries asked at the same time are answered in order', async () => {
    const asked = [1, 2, 3].map((n) => session.query(`select ${n}`));
    expect((await Promise.all(asked)).map(({ rows }) => rows[0]?.[0])).toEqual(['1', '2', '3']);
  });

  test('100,000 rows of 10 columns and one of 20 MB arrive whole', async () => {
    let sum = 0;
    const wide = `select i, 'name_' || i, null, true, i * 2, 'é', 'public', 'r', i % 7, '' from generate_series(1, 100000) i`;
    await session.pipeline([wide], [(row) => (sum += Number(row[0]))]);
    expect(sum).toBe(5_000_050_000);
    const { rows } = await session.query(`select repeat('0123456789', 2000000)`);
    expect(rows[0]?.[0]).toHaveLength(20_000_000);
  });

  test('parameters are kept current', async () => {
    await session.query(`set application_name = 'changed'`);
    expect(session.parameters.get('application_name')).toBe('changed');
  });

  test('a result beyond the limit ends the session', async () => {
    const { session: small } = await dial({ port: server.port, maxResultBytes: 100_000 });
    const error = await errorOf(small.query('select * from generate_series(1, 100000)'));
    expect(error).toMatchObject({ name: 'PeerError', fault: 'oversized' });
    expect(await errorOf(small.query('select 1'))).toBe(error);
    const { session: twice } = await dial({ port: server.port, maxResultBytes: 100_000 });
    for (const _ of [1, 2]) await twice.query('select * from generate_series(1, 1000)'); // counted for each
    await twice.close();
    const { session: other } = await dial({ port: server.port, maxResultBytes: 100_000 });
    expect(await errorOf(other.query(`select repeat('x', 200000)`))).toMatchObject({ fault: 'oversized' });
  });

  test('a terminated backend rejects the query in flight, and all later ones, with the server’s words', async () => {
    const one = await open();
    const waiting = errorOf(one.pipeline(['select pg_sleep(60)', 'select 1']));
    await terminate(one);
    const error = await waiting;
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ fields: { sqlstate: '57P01', severity: 'FATAL' } });
    expect(await errorOf(one.query('select 1'))).toBe(error);
    await one.close();
  });

  test('so it does when the backend ends between two queries', async () => {
    const one = await open();
    await terminate(one);
    await expect.poll(async () => errorOf(one.query('select 1'))).toMatchObject({ fields: { sqlstate: '57P01' } });
    await one.close();
  });

  test('a query may have a deadline; the session is over then', async () => {
    const one = await open();
    const error = await errorOf(one.query('select pg_sleep(60)', { timeoutMs: 50 }));
    expect(error).toEqual(new StageTimeout('server', 50, 'answer to a query'));
    expect(await errorOf(one.query('select 1'))).toBe(error);
    await one.close();
  });

  test('COPY is not spoken', async () => {
    const one = await open();
    expect(await errorOf(one.query('copy (select 1) to stdout'))).toMatchObject({ fault: 'unexpected' });
    await one.close();
  });

  test('close leaves no backend behind, rejects what comes after, and may be called twice', async () => {
    const one = await open();
    const logged = server.log().length;
    await one.close();
    await one.close();
    expect(await errorOf(one.query('select 1'))).toBeInstanceOf(PeerError);
    const alive = async (): Promise<number> =>
      (await server.sql(`select 1 from pg_stat_activity where pid = ${one.backendPid}`)).length;
    await expect.poll(alive).toBe(0);
    expect(server.log().slice(logged)).not.toContain('unexpected EOF on client connection');
  });
});
