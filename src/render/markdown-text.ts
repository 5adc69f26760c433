import { forTerminal } from './escape.ts';

/**
 * Text inside GitHub-flavoured Markdown that shows as it is: no markup, no mention, no issue link, no emoji, no maths,
 * and no row of a table is ended by it. Control characters and line breaks are made visible first.
 */
export function forMarkdown(text: string): string {
  return (
    forTerminal(text)
      .replaceAll(/[\\`*[\]|~]/g, String.raw`\$&`)
      .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, String.raw`\_`)
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('$', '<span>$</span>')
      // A comment inside splits what GitHub and GitLab would otherwise turn into a mention, an issue or an emoji.
      .replaceAll(/(?<![\p{L}\p{N}])@(?=[\p{L}\p{N}])/gu, '@<!-- -->')
      .replaceAll(/#(?=\d)/g, '#<!-- -->')
      .replaceAll(/:(?=[\w+-]+:)/g, ':<!-- -->')
  );
}

/**
 * A code span that holds the text exactly; in a table even a `|`. GFM splits rows before it reads code, so a bar is
 * escaped there too; a backslash before a bar would undo that, so such a text is written as an HTML element.
 */
export function codeSpan(text: string): string {
  const visible = forTerminal(text);
  if (visible === '') return '';
  if (/\\\||\\$/.test(visible)) return `<code>${forMarkdown(visible)}</code>`;
  const longest = Math.max(0, ...[...visible.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = /^`|`$|^ .* $/.test(visible) ? ' ' : '';
  return `${fence}${pad}${visible.replaceAll('|', String.raw`\|`)}${pad}${fence}`;
}

/** A fenced block whose fence is longer than any run of backticks in it. */
export function codeBlock(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}\n`;
}
