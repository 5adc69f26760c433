import { editDistance } from '../report/suggest.ts';
import { isKeyword, keywords } from './keywords.ts';
import { OTHER_PARAMETERS } from './other-parameters.ts';

/** What became of one parameter that libpq does not know. */
export interface ForeignParameter {
  readonly name: string;
  /** Whose it is; undefined when it is nobody's that we know. */
  readonly tool?: string;
  /** libpq's keyword for it, where there is one. */
  readonly instead?: string;
}

export interface Translated {
  readonly values: Record<string, string>;
  readonly foreign: readonly ForeignParameter[];
}

/** Turns the parameters of a URL or a keyword/value string into libpq's: known ones stay, others are translated or dropped. */
export function translateParameters(
  parameters: readonly (readonly [name: string, value: string])[],
  place: 'uri' | 'pairs' = 'uri',
): Translated {
  const values: Record<string, string> = {};
  const foreign: ForeignParameter[] = [];
  for (const [name, value] of parameters) {
    if (isKeyword(name)) {
      put(values, name, value);
    } else if (name === 'requiressl') {
      put(values, 'sslmode', value.startsWith('1') ? 'require' : 'prefer');
    } else {
      const other = OTHER_PARAMETERS.get(name) ?? OTHER_PARAMETERS.get(name.toLowerCase());
      const near = other === undefined ? nearestKeyword(name) : undefined;
      const pair = near === undefined ? other?.instead?.(value) : ([near, value] as const);
      if (pair !== undefined) put(values, ...pair);
      // libpq takes this one spelling, and in a URI only.
      const isJdbcTrue = place === 'uri' && name === 'ssl' && value === 'true';
      if (!isJdbcTrue) {
        foreign.push({
          name,
          ...(other === undefined ? {} : { tool: other.tool }),
          ...(pair === undefined ? {} : { instead: pair[0] === 'options' ? 'options=-c…' : pair[0] }),
        });
      }
    }
  }
  return { values, foreign };
}

/** Settings pile up in `options`; anything else given twice is overwritten, as in libpq. */
function put(values: Record<string, string>, keyword: string, value: string): void {
  const options = values['options'];
  values[keyword] = keyword === 'options' && options !== undefined ? `${options} ${value}` : value;
}

/** Letter case and separators do not tell keywords apart. */
const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** The keyword that was misspelt: another letter case, separators more or less, or one or two wrong letters. */
function nearestKeyword(name: string): string | undefined {
  if (name.length > 40) return undefined;
  const wanted = plain(name);
  let best: string | undefined;
  let bestDistance = name.length > 5 ? 3 : 2;
  for (const keyword of keywords()) {
    const distance = editDistance(wanted, plain(keyword.name));
    if (distance < bestDistance) [best, bestDistance] = [keyword.name, distance];
  }
  return best;
}
