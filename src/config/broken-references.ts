import { keywords } from '../target/keywords.ts';
import { type Found, connectionsOf, isMap, textsOf } from './found.ts';
import { withoutReferences } from './references.ts';

const MESSAGE = 'this ${ begins no reference: write ${NAME} or ${NAME:-default}, and $$ where a dollar is meant';

/** The keys whose values references fill in, beside libpq's. */
const FILLED_IN = ['url', 'database', 'ssh'];

/** References that are not closed, or whose name no variable can have: they would be taken as they stand. */
export const brokenReferences = (raw: unknown): Found[] =>
  connectionsOf(raw).flatMap(([name, connection]) =>
    [...FILLED_IN, ...keywords().map((keyword) => keyword.name)].flatMap((key) => {
      const path = ['connections', name, key];
      const value = connection[key];
      const texts = isMap(value)
        ? Object.entries(value).flatMap(([inner, each]) => textsOf(each, [...path, inner]))
        : textsOf(value, path);
      return texts
        .filter(({ text }) => withoutReferences(text, '', '').includes('${'))
        .map((each) => ({ path: each.path, message: MESSAGE }));
    }),
  );
