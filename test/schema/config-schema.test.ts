import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { configJsonSchema } from '../../src/config/json-schema.ts';

const FILE = new URL('../../schema/config.v1.json', import.meta.url);

/** After a change of the shape: `npx vitest run test/schema -u` writes the file anew. */
test('the shipped schema for editors is the one that the command checks by', async () => {
  await expect(`${JSON.stringify(configJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(FILE.pathname);
});

test.each([
  [
    'a good file',
    'connections: { a: { host: h, port: 5432, expect: { needs: [read, { need: write, schema: s }] } } }',
    true,
  ],
  ['an unknown key', 'connections: { a: { hots: h } }', false],
  ['an unknown need', 'connections: { a: { expect: { needs: [raed] } } }', false],
  ['a password in plain text', 'connections: { a: { password: hunter2 } }', false],
  ['no connections', 'version: 1', false],
])('an editor sees it too: %s', (_, text, valid) => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
    JSON.parse(readFileSync(FILE, 'utf8')) as object,
  );
  expect(validate(parse(text))).toBe(valid);
});
