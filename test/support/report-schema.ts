import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';

const SCHEMA = JSON.parse(readFileSync(new URL('../../schema/report.v1.json', import.meta.url), 'utf8')) as object;

// Strict also about keywords that mean nothing; not about keys that `additionalProperties` describes.
const validate = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false }).compile(
  SCHEMA,
);

/** What is wrong with a report by the shipped schema; empty when it is valid. */
export function schemaErrors(report: unknown): readonly string[] {
  validate(report);
  return (validate.errors ?? []).map((error: ErrorObject) => `${error.instancePath} ${error.message ?? ''}`);
}
