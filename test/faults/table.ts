import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Said } from './fault.ts';

const FILE = 'docs/faults.md';

const HEAD = `# Faults, and what pgmedic says

Made by the test suite (\`UPDATE_FAULTS=1 npx vitest run test/faults\`): every line is a real fault, met by the built
command from outside. Ports, folders and addresses of the machine are replaced.
`;

/** Values that differ from run to run. */
function steady(text: string, args: readonly string[]): string {
  let result = text;
  for (const arg of args)
    if (/^\d{4,5}$/.test(arg)) result = result.replaceAll(new RegExp(`\\b${arg}\\b`, 'g'), 'PORT');
  return result
    .replaceAll(/\/tmp\/[\w.-]+(\/[\w.-]+)*?(?=\/\.s\.|[\s:;,)]|$)/g, 'DIR')
    .replaceAll(/\.s\.PGSQL\.\d+/g, '.s.PGSQL.PORT')
    .replaceAll(/\b(port |:|-p |sport = :)\d{4,5}\b(?!\/)/g, '$1PORT')
    .replaceAll(/\b20\d\d-\d\d-\d\d\b/g, 'DATE')
    .replaceAll(/\b(192\.0\.2|10\.\d+\.\d+)\.\d+\b/g, 'ADDRESS')
    .replaceAll(/\b\d+ days?\b/g, 'N days')
    .replaceAll(/(at login|that answers) \(-?\d+\)/g, '$1 (N)')
    .replaceAll(/within \d+ ms/g, 'within N ms');
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/[^\x20-\x7e\u00a0-\uffff]/g, ' ');

/** One bed's part of the file. */
export function tableOf(title: string, said: readonly Said[]): string {
  const rows = said.map(({ fault, report }) => {
    const finding = report.findings.find(({ code, stage }) => code === fault.code && stage === fault.stage);
    const code = `[\`${fault.code}\`](findings/${fault.code}.md)`;
    const raw = finding?.raw === null || finding?.raw === undefined ? '' : `\`${steady(finding.raw, fault.args)}\``;
    let message = steady(finding?.message ?? '', fault.args);
    for (const [pattern, word] of fault.vary ?? []) message = message.replaceAll(pattern, word);
    return `| ${[fault.title, raw, fault.stage, code, message].map(cell).join(' | ')} |`;
  });
  return [
    `## ${title}`,
    '',
    '| fault | raw | stage | code | what pgmedic says |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** The sections of the file by title, in their order. */
function sections(): Map<string, string> {
  const found = new Map<string, string>();
  if (!existsSync(FILE)) return found;
  for (const part of readFileSync(FILE, 'utf8')
    .split(/^(?=## )/m)
    .slice(1)) {
    found.set(/^## (.*)/.exec(part)?.[1] ?? '', `${part.trimEnd()}\n`);
  }
  return found;
}

/** What docs/faults.md says of this bed. With UPDATE_FAULTS=1 it is written first; sections of missing beds stay. */
export function tableBefore(title: string, now: string): string {
  const all = sections();
  if (process.env['UPDATE_FAULTS'] === '1') {
    all.set(title, now);
    writeFileSync(FILE, `${HEAD}\n${[...all.values()].join('\n')}`);
  }
  return all.get(title) ?? '';
}
