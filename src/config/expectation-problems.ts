import { UnknownNeedError, parseNeeds } from '../grants/needs.ts';
import { PROFILES, findProfile } from '../profiles/index.ts';
import { type Found, connectionsOf, isMap, textsOf } from './found.ts';
import { nearest } from '../report/suggest.ts';

/** A profile and words of `max` that do not exist. */
export const expectationProblems = (raw: unknown): Found[] =>
  connectionsOf(raw).flatMap(([name, { expect }]) => {
    if (!isMap(expect)) return [];
    const path = ['connections', name, 'expect'];
    return [
      ...unknownProfile(expect['profile'], [...path, 'profile']),
      ...unknownRights(expect['max'], [...path, 'max']),
    ];
  });

function unknownProfile(profile: unknown, path: Found['path']): Found[] {
  if (typeof profile !== 'string' || profile === '' || findProfile(profile) !== undefined) return [];
  const names = PROFILES.map(({ name }) => name);
  const near = nearest(profile, names);
  const message =
    near === null ? `unknown profile; known: ${names.join(', ')}` : `unknown profile; did you mean "${near}"?`;
  return [{ path, message }];
}

/** `none` stands alone: nothing beyond the needs. */
function unknownRights(max: unknown, at: Found['path']): Found[] {
  const words = textsOf(max, at);
  if (words.length === 1 && words[0]?.text.trim() === 'none') return [];
  return words.flatMap(({ text, path }) => {
    try {
      parseNeeds(text);
      return [];
    } catch (error) {
      if (!(error instanceof UnknownNeedError)) throw error;
      const { suggestion } = error;
      return [{ path, message: `unknown right${suggestion === null ? '' : `; did you mean "${suggestion}"?`}` }];
    }
  });
}
