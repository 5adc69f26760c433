import { createHash } from 'node:crypto';
import type { Report, Status } from '../report/report.ts';
import { forMarkup, forMarkupLines, forScriptData } from './escape.ts';
import { client } from './html/client.ts';
import { grantsSection } from './html/grants.ts';
import { pageData } from './html/page-data.ts';
import { connectionsTable, stagesTable } from './html/stages.ts';
import { STYLE } from './html/style.ts';
import { STATUS_WORDS, countsText, lastingText, partsOf, placeOf, routeOf } from './phrases.ts';

/**
 * One self-contained page: stages as a timeline, schemas × privileges, every relation to search, the SQL to copy.
 * Its content security policy allows this script and this style by their hashes and nothing else, no network at all.
 */
export function* renderHtml(report: Report): Generator<string> {
  const script = `(${client.toString()})();`;
  const policy = `default-src 'none'; script-src '${hash(script)}'; style-src '${hash(STYLE)}'; img-src data:; base-uri 'none'; form-action 'none'`;
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${forMarkup(`pgmedic ${report.command}: ${headline(report)}`)}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
`;
  yield* body(report);
  yield `<script type="application/json" id="data">${forScriptData(pageData(report))}</script>\n`;
  yield `<script>${script}</script>\n</body>\n</html>\n`;
}

const hash = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

const headline = ({ verdict }: Report): string => {
  const where = verdict.stage === null ? '' : ` at ${verdict.stage}`;
  return `${STATUS_WORDS[verdict.status as Status]}${where}`;
};

function* body(report: Report): Generator<string> {
  const { verdict } = report;
  yield `<header><div><h1>pgmedic ${report.command}: ${headline(report)}</h1>${place(report)}</div><button type="button" id="theme">Light / dark</button></header>\n<main>\n`;
  const fix = verdict.fix === null ? '' : `<p><strong>Fix:</strong> ${forMarkup(verdict.fix)}</p>`;
  const code =
    verdict.code === null ? '' : `<p class="dim">More: <code>pgmedic explain ${forMarkup(verdict.code)}</code></p>`;
  yield `<div class="verdict ${verdict.status}" role="status"><p><strong>${forMarkup(verdict.message)}</strong></p>${fix}${code}</div>\n`;
  yield `<section aria-labelledby="stages"><h2 id="stages">${report.connections === undefined ? 'Stages' : 'Connections'}</h2>\n`;
  yield* report.connections === undefined ? stagesTable(report) : connectionsTable(report);
  for (const { name, report: part } of report.connections ?? []) {
    if (part.verdict.status === 'pass') continue;
    yield `<h3 class="mono">${forMarkup(name)}</h3>${place(part)}`;
    yield* stagesTable(part);
  }
  yield '</section>\n';
  yield* grantsSection(report);
  yield* statements(report);
  yield `</main>\n<footer>${countsText(report)} in ${lastingText(report)} · exit code ${report.exitCode} · started ${forMarkup(report.startedAt)} · pgmedic ${forMarkup(report.tool.version)}</footer>\n`;
}

function place(report: Report): string {
  const at = placeOf(report);
  if (at === '') return '';
  const route = routeOf(report).map((hop) => `<code>${forMarkup(hop)}</code>`);
  return `<p><code>${forMarkup(at)}</code>${route.length === 0 ? '' : ` through ${route.join(' → ')}`}</p>\n`;
}

/** What is shown is made visible character by character; what the button copies is the statement itself. */
function* statements(report: Report): Generator<string> {
  let index = 0;
  for (const { name, report: part } of partsOf(report)) {
    if (part.grants === undefined) continue;
    const list = part.statements ?? [];
    if (list.length > 0) {
      const title = name === null ? 'SQL' : `SQL for ${forMarkup(name)}`;
      const lines = list.flatMap(({ sql, runAs }, at) =>
        list[at - 1]?.runAs === runAs ? [sql] : [`-- as ${runAs}`, sql],
      );
      yield `<section><h2>${title}</h2><div class="sql"><button type="button" data-sql="${index}">Copy</button><pre tabindex="0"><code>${forMarkupLines(lines)}</code></pre></div></section>\n`;
    }
    index += 1;
  }
}
