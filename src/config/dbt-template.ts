import type { Environment } from './references.ts';

/** A value of `profiles.yml` that only dbt itself could render. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

const STRING = String.raw`'([^']*)'|"([^"]*)"`;
const CALL = new RegExp(
  String.raw`^env_var\(\s*(?:${STRING})\s*(?:,\s*(?:${STRING}|(\d+))\s*)?\)\s*((?:\|\s*(?:int|as_number|as_bool|as_native|as_text|trim)\s*)*)$`,
);

/**
 * Fills in dbt's `{{ env_var('NAME') }}` and `{{ env_var('NAME', 'default') }}`, with the filters that only change the
 * kind of a value. Anything else of Jinja is refused: guessing at it would test another connection than dbt's.
 * @throws TemplateError
 */
export function renderTemplate(text: string, env: Environment): string {
  if (text.includes('{%')) throw new TemplateError('holds a Jinja block, which only dbt itself can render');
  return text.replaceAll(/\{\{(.*?)\}\}/gs, (_, expression: string) => {
    const match = CALL.exec(expression.trim());
    if (match === null) throw new TemplateError("holds Jinja other than {{ env_var('NAME') }}");
    const name = match[1] ?? match[2] ?? '';
    const fallback = match[3] ?? match[4] ?? match[5];
    const value = env[name] ?? fallback;
    if (value === undefined) throw new TemplateError(`asks for the variable ${name}, which is not set`);
    return value;
  });
}
