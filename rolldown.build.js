import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import path from 'node:path';
import v8 from 'node:v8';
import { Script } from 'node:vm';
// The bundler's own command prints a list of chunks that nobody asked for; its function is silent.
import { build } from 'rolldown';
import config from './rolldown.config.js';

await build(config);

/**
 * Beside each chunk its compiled code, every function of it, for this version of V8 on this architecture; any other
 * compiles the chunk (bin/pgmedic.js). V8 takes a cache only under the flags that it was made under, so the one for
 * eager compiling is taken back before.
 */
const { dir } = config.output;
v8.setFlagsFromString('--no-lazy');
const scripts = readdirSync(dir)
  .filter((name) => name.endsWith('.cjs'))
  .map((name) => {
    const filename = path.resolve(dir, name);
    return { filename, script: new Script(Module.wrap(readFileSync(filename, 'utf8')), { filename }) };
  });
v8.setFlagsFromString('--lazy');
for (const { filename, script } of scripts) {
  writeFileSync(`${filename}.${process.versions.v8}-${process.arch}`, script.createCachedData());
}
