import { mkdirSync, writeFileSync } from 'node:fs';
import { type Figure, figureTable, ratioOf } from './figure.ts';
import { startup } from './startup.ts';
import { roundtrips } from './roundtrips.ts';
import { grants } from './grants.ts';
import { tunnel } from './tunnel.ts';

const BENCHES: Readonly<Record<string, () => Promise<readonly Figure[]>>> = { startup, roundtrips, grants, tunnel };

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(BENCHES, name));
if (unknown !== undefined) {
  console.error(`no bench is called ${unknown}; there are ${Object.keys(BENCHES).join(', ')}`);
  process.exit(64);
}
const figures: Figure[] = [];
for (const [name, bench] of Object.entries(BENCHES)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.error(`${name} …`);
  figures.push(...(await bench()));
}
process.stdout.write(figureTable(figures));
mkdirSync('.cache', { recursive: true });
const document = { node: process.version, figures: figures.map((figure) => ({ ...figure, ratio: ratioOf(figure) })) };
writeFileSync('.cache/bench.json', `${JSON.stringify(document, null, 2)}\n`);
