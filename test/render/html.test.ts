import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderHtml } from '../../src/render/html.ts';
import type { Report } from '../../src/report/report.ts';
import { CHROMIUM, type Page, startChromium } from '../support/chromium.ts';
import { largeReport } from './large-report.ts';
import { HOSTILE, SAMPLE } from './sample-report.ts';

const html = (report: Report): string => [...renderHtml(report)].join('');

test('one file: nothing is loaded, nothing inline but what the policy names by hash', () => {
  const page = html(SAMPLE);
  expect(page).toMatch(
    /http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-[\w+/=]+';/,
  );
  expect(page).not.toContain('unsafe-');
  expect(page).not.toMatch(/\s(?:src|on\w+|style)\s*=\s*["'](?!data:)/i);
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page.match(/href=/g)).toEqual(['href=']);
});

// Debian package `chromium`; without it the page's behaviour cannot be seen.
describe.skipIf(CHROMIUM === undefined)('in the browser', () => {
  let page: Page;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-html-'));
    page = await startChromium();
  });
  afterAll(async () => {
    await page.close();
    rmSync(folder, { recursive: true });
  });

  const open = async (report: Report, hash = ''): Promise<void> => {
    const file = path.join(folder, 'report.html');
    writeFileSync(file, html(report));
    await page.open('about:blank');
    await page.open(`${pathToFileURL(file).href}${hash}`);
  };
  const text = (selector: string): Promise<string> =>
    page.evaluate<string>(`document.querySelector(${JSON.stringify(selector)}).textContent`);
  const names = (): Promise<string[]> =>
    page.evaluate<string[]>(
      `[...document.querySelectorAll('.row:not([hidden]) > :first-child')].map(e => e.textContent)`,
    );

  test('opens without an error, a refusal of its policy or a request, whatever the names are', async () => {
    await open(SAMPLE);
    expect(page.complaints).toEqual([]);
    expect(page.requests).toEqual([]);
    expect(await page.evaluate('document.images.length + document.scripts.length')).toBe(2);
    expect(await names()).toHaveLength(SAMPLE.grants?.relations.length ?? 0);
    expect((await names()).some((name) => name.startsWith(`${HOSTILE.html}.`))).toBe(true);
    expect((await names()).join('')).toContain(String.raw`a\x1b[2Jb\x07c\u{202e}d\ne`);
    expect(await text('.verdict')).toContain('role app does not have SELECT on public.orders');
  });

  test('the stages are drawn one after the other', async () => {
    await open(SAMPLE);
    const bars = await page.evaluate<number[][]>(
      `[...document.querySelectorAll('.bar rect')].map(e => [Number(e.getAttribute('x')), Number(e.getAttribute('width'))])`,
    );
    expect(bars.length).toBe(SAMPLE.results.filter((result) => result.durationMs !== null).length);
    for (const [index, [x = -1]] of bars.entries()) {
      const [before = 0, width = 0] = bars[index - 1] ?? [];
      expect(x).toBeGreaterThanOrEqual(before + width - 0.6);
    }
  });

  test('10 000 relations: only what is seen exists, and search narrows it', async () => {
    await open(largeReport(10_000));
    expect(await text('#status')).toBe('10,000 of 10,000 relations');
    expect((await names()).length).toBeLessThan(80);
    await page.press('/', '/');
    await page.type('TENANT_7 number_75');
    expect(await page.evaluate('document.querySelector("#search").value')).toBe('TENANT_7 number_75');
    const shown = await names();
    expect(shown.length).toBeGreaterThan(5);
    expect(shown.every((name) => name.includes('tenant_7') && name.includes('number_75'))).toBe(true);
    await page.evaluate(`document.querySelector('#grid').scrollTop = 1e9`);
    await page.evaluate(`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))`);
    expect((await names()).length).toBeLessThan(80);
    await page.press('Escape');
    expect(await text('#status')).toBe('10,000 of 10,000 relations');
  });

  test('filters: by schema, by privilege, by what lacks; and from a cell of the matrix', async () => {
    await open(largeReport(1000));
    const set = (id: string, change: string): Promise<void> =>
      page.evaluate(`{ const e = document.querySelector('${id}'); ${change}; e.dispatchEvent(new Event('input')); }`);
    await set('#schema', 'e.value = "1"');
    expect(await text('#status')).toBe('100 of 1,000 relations');
    await set('#lacking', 'e.checked = true');
    expect(await text('#status')).toBe('33 of 1,000 relations');
    await set('#lacking', 'e.checked = false');
    await set('#privilege', 'e.value = "0"');
    expect(await text('#status')).toBe('33 of 1,000 relations');
    await page.evaluate(`document.querySelector('.matrix button[data-schema="0"][data-privilege="0"]').click()`);
    expect(await text('#status')).toBe('34 of 1,000 relations');
  });

  test('the keyboard alone reaches a relation and its details', async () => {
    await open(SAMPLE, '#q=orders');
    expect(await names()).toEqual(['public.orders']);
    await open(SAMPLE);
    await page.evaluate(`document.querySelector('#grid').focus()`);
    await page.press('ArrowDown');
    await page.press('Enter');
    const details = await text('#details');
    expect(details).toContain('public.orders');
    expect(details).toContain('Let owner_role run: GRANT SELECT ON "public"."orders" TO app;');
    await page.press('End');
    expect(await page.evaluate(`document.querySelector('.row.current').id`)).toBe('row-7');
    expect(await page.evaluate(`document.querySelector('#grid').getAttribute('aria-activedescendant')`)).toBe('row-7');
  });

  test('light and dark differ, by the system and by the button', async () => {
    const background = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    await page.theme('light');
    await open(SAMPLE);
    const light = await background();
    await page.theme('dark');
    const dark = await background();
    expect(light).not.toBe(dark);
    await page.evaluate(`document.querySelector('#theme').click()`);
    expect(await background()).toBe(light);
  });

  test('what is copied is the statement, exactly', async () => {
    await open(SAMPLE);
    const copied = await page.evaluate<string>(`new Promise(done => {
      navigator.clipboard.writeText = async (text) => done(text);
      document.querySelector('button[data-sql]').click();
    })`);
    expect(copied).toBe((SAMPLE.statements ?? []).map((statement) => statement.sql).join('\n'));
  });
});
