/// <reference lib="dom" />
import type { PageData, PageRelation } from './page-data.ts';

/**
 * The script of the page; its text is what goes into the report, so it may use nothing outside of itself.
 * Only as many rows exist as are seen: 10 000 relations filter and scroll as ten do.
 */
export function client(): void {
  const root = document.documentElement;

  const theme = document.querySelector<HTMLButtonElement>('#theme');
  theme?.addEventListener('click', () => {
    const dark = root.dataset['theme'] ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
    root.dataset['theme'] = dark === 'dark' ? 'light' : 'dark';
  });

  const data = JSON.parse(document.querySelector('#data')?.textContent ?? '{}') as PageData;

  const copy = async (text: string, button: HTMLButtonElement): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement('textarea'); // a page from http:// has no clipboard of its own
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
    }
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = 'Copy'), 1500);
  };
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-sql]')) {
    button.addEventListener('click', () => void copy(data.sql[Number(button.dataset['sql'])] ?? '', button));
  }

  const grid = document.querySelector<HTMLElement>('#grid');
  const body = document.querySelector<HTMLElement>('#rows');
  const search = document.querySelector<HTMLInputElement>('#search');
  const schema = document.querySelector<HTMLSelectElement>('#schema');
  const privilege = document.querySelector<HTMLSelectElement>('#privilege');
  const lacking = document.querySelector<HTMLInputElement>('#lacking');
  const status = document.querySelector<HTMLElement>('#status');
  const details = document.querySelector<HTMLElement>('#details');
  if (!grid || !body || !search || !schema || !privilege || !lacking || !status || !details) return;

  const ROW = 30;
  const SPARE = 10;
  const haystacks = data.relations.map((each) =>
    `${data.schemas[each.s]?.label ?? ''}.${each.n} ${each.k} ${each.o}`.toLowerCase(),
  );
  const MARKS: Record<string, readonly [mark: string, word: string, look: string]> = {
    y: ['✓', 'yes', 'yes'],
    n: ['✗', 'no', 'no'],
    c: ['◐', 'some columns', 'part'],
    d: ['?', 'depends', 'part'],
    '-': ['–', 'not applicable', 'dim'],
  };
  let shown: number[] = [];
  let current = -1;
  const pool: HTMLElement[] = [];

  const apply = (): void => {
    const start = performance.now();
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const inSchema = schema.value === '' ? -1 : Number(schema.value);
    const without = privilege.value === '' ? -1 : Number(privilege.value);
    shown = [];
    for (const [index, each] of data.relations.entries()) {
      if (inSchema >= 0 && each.s !== inSchema) continue;
      if (without >= 0 && (each.p[without] === 'y' || each.p[without] === '-')) continue;
      if (lacking.checked && each.m === undefined) continue;
      if (words.some((word) => !(haystacks[index] ?? '').includes(word))) continue;
      shown.push(index);
    }
    current = shown.length === 0 ? -1 : 0;
    grid.setAttribute('aria-rowcount', String(shown.length + 1));
    body.style.height = `${shown.length * ROW}px`;
    grid.scrollTop = 0;
    details.hidden = true;
    paint();
    status.textContent = `${shown.length.toLocaleString('en')} of ${data.relations.length.toLocaleString('en')} relations`;
    grid.dataset['filterMs'] = (performance.now() - start).toFixed(2);
  };

  const paint = (): void => {
    const first = Math.max(0, Math.floor(grid.scrollTop / ROW) - SPARE);
    const last = Math.min(shown.length, Math.ceil((grid.scrollTop + grid.clientHeight) / ROW) + SPARE);
    for (let at = first; at < last; at += 1) fillRow(rowOf(at - first), at);
    for (const row of pool.slice(Math.max(0, last - first))) row.hidden = true;
    grid.setAttribute('aria-activedescendant', current < 0 ? '' : `row-${current}`);
  };

  const rowOf = (index: number): HTMLElement => {
    const known = pool[index];
    if (known !== undefined) return known;
    const row = document.createElement('div');
    row.className = 'row';
    row.setAttribute('role', 'row');
    for (let cell = 0; cell < data.actions.length + 2; cell += 1) {
      const span = document.createElement('span');
      span.setAttribute('role', 'gridcell');
      row.append(span);
    }
    row.addEventListener('click', () => {
      current = Number(row.dataset['at']);
      paint();
      open();
    });
    pool.push(row);
    body.append(row);
    return row;
  };

  const fillRow = (row: HTMLElement, at: number): void => {
    const relation = data.relations[shown[at] ?? -1];
    if (relation === undefined) return;
    row.hidden = false;
    row.id = `row-${at}`;
    row.dataset['at'] = String(at);
    row.style.top = `${at * ROW}px`;
    row.setAttribute('aria-rowindex', String(at + 2));
    row.setAttribute('aria-selected', String(at === current));
    row.className = `row${at === current ? ' current' : ''}${relation.m === undefined ? '' : ' lacks'}`;
    const [name, kind, ...cells] = row.children as unknown as HTMLElement[];
    if (name === undefined || kind === undefined) return;
    name.textContent = fullName(relation);
    name.title = name.textContent;
    kind.textContent = relation.k;
    for (const [index, cell] of cells.entries()) {
      const [mark, word, look] = MARKS[relation.p[index] ?? '-'] ?? ['', '', ''];
      cell.textContent = mark;
      cell.className = look;
      cell.setAttribute('aria-label', `${data.actions[index] ?? ''}: ${word}`);
    }
  };

  const fullName = (relation: PageRelation): string => `${data.schemas[relation.s]?.label ?? ''}.${relation.n}`;

  const open = (): void => {
    const relation = data.relations[shown[current] ?? -1];
    if (relation === undefined) return;
    const add = (parent: Element, tag: string, text: string): HTMLElement => {
      const element = document.createElement(tag);
      element.textContent = text;
      parent.append(element);
      return element;
    };
    details.replaceChildren();
    add(details, 'h3', fullName(relation));
    add(details, 'p', `${relation.k}, owned by ${relation.o}`);
    if (relation.m !== undefined)
      add(details, 'p', `Missing of what was asked for: ${relation.m.join(', ')}`).className = 'no';
    const list = add(details, 'ul', '');
    for (const [action, via] of relation.v ?? []) add(list, 'li', `${action}: held as ${via}`);
    for (const reason of relation.r ?? []) add(list, 'li', reason);
    for (const index of relation.f ?? []) {
      const finding = data.findings[index];
      if (finding === undefined) continue;
      add(details, 'p', finding.message);
      if (finding.fix !== '') add(add(details, 'p', ''), 'code', finding.fix);
    }
    details.hidden = false;
    details.scrollIntoView({ block: 'nearest' });
  };

  const move = (to: number): void => {
    current = Math.max(0, Math.min(shown.length - 1, to));
    const top = current * ROW;
    const room = grid.clientHeight - ROW * 2;
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top > grid.scrollTop + room) grid.scrollTop = top - room;
    paint();
  };

  grid.addEventListener('scroll', paint);
  grid.addEventListener('keydown', (event) => {
    const page = Math.max(1, Math.floor(grid.clientHeight / ROW) - 2);
    const steps: Record<string, number> = {
      ...{ ArrowDown: current + 1, ArrowUp: current - 1, PageDown: current + page, PageUp: current - page },
      ...{ Home: 0, End: shown.length - 1 },
    };
    const to = steps[event.key];
    if (to !== undefined) move(to);
    else if (event.key === 'Enter') open();
    else return;
    event.preventDefault();
  });
  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key === '/' && !typing) {
      event.preventDefault();
      search.focus();
    } else if (event.key === 'Escape' && event.target === search) {
      search.value = '';
      apply();
    }
  });
  for (const control of [search, schema, privilege, lacking]) control.addEventListener('input', apply);
  for (const button of document.querySelectorAll<HTMLButtonElement>('.matrix button')) {
    button.addEventListener('click', () => {
      schema.value = button.dataset['schema'] ?? '';
      privilege.value = button.dataset['privilege'] ?? '';
      lacking.checked = false;
      search.value = '';
      apply();
      grid.scrollIntoView({ block: 'nearest' });
      grid.focus();
    });
  }
  const query = new URLSearchParams(location.hash.slice(1)).get('q');
  if (query !== null) search.value = query;
  apply();
}
