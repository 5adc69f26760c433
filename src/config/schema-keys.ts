import { z } from 'zod';
import { CONFIG_SCHEMA } from './config-schema.ts';
import type { Path } from './found.ts';

/** The keys that may stand in the map at a path, by the schema: what an unknown key there may have been meant as. */
export function keysAt(path: Path): readonly string[] {
  let level: readonly z.core.$ZodType[] = [CONFIG_SCHEMA];
  for (const step of path) level = level.flatMap((schema) => below(schema, step));
  return [
    ...new Set(level.flatMap(branches).flatMap((each) => (each instanceof z.ZodObject ? Object.keys(each.shape) : []))),
  ];
}

/** A union's branches, what is optional without its "optional". */
function branches(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional) return branches(schema.unwrap());
  return schema instanceof z.ZodUnion ? schema.options.flatMap(branches) : [schema];
}

const below = (schema: z.core.$ZodType, step: string | number): readonly z.core.$ZodType[] =>
  branches(schema).flatMap((each): readonly z.core.$ZodType[] => {
    if (each instanceof z.ZodArray) return [each.element];
    if (each instanceof z.ZodRecord) return [each.valueType];
    const next = each instanceof z.ZodObject ? (each.shape as Record<string, z.core.$ZodType>)[step] : undefined;
    return next === undefined ? [] : [next];
  });
