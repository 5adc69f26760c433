import { type Need, parseNeeds } from '../grants/needs.ts';
import { findProfile, PROFILES } from '../profiles/index.ts';

/** What a profile asks for where nothing can be looked at; `schemas` says what its schemas are for. */
export interface OfflineProfile {
  readonly needs: readonly Need[];
  /** `read`: they exist and hold what the consumer works on. `target`: the consumer makes its own tables in them. */
  readonly schemas: 'read' | 'target';
  /** Instead of `needs`, where the schema that the consumer writes to is made beforehand. */
  readonly withTarget?: readonly Need[];
}

export const offlineProfileNames = (): readonly string[] => PROFILES.map(({ name }) => name);

/** A profile for a script without a connection: `target-schema` is decided by the caller, one way or the other. */
export function offlineProfile(name: string): OfflineProfile | undefined {
  const profile = findProfile(name);
  if (profile === undefined) return undefined;
  const words = profile.needs.split(',');
  const needs = parseNeeds(words.map((word) => (word === 'target-schema' ? 'create-schema' : word)).join(','));
  if (!words.includes('target-schema')) return { needs, schemas: profile.schemas };
  const withTarget = parseNeeds(words.filter((word) => word !== 'target-schema').join(','));
  return { needs, schemas: profile.schemas, withTarget };
}
