import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import path from 'node:path';
import v8 from 'node:v8';
import { Script } from 'node:vm';
// The bundler's own command prints a list of chunks that nobody asked for; its function is silent.
import { build } from 'rolldown';
import config from './rolldown.config.js';

/** Made beside the bundle that is there, which may be running, and put in its place at the end. */
const place = 'dist/bundle';
const { dir } = config.output;
const { output } = await build(config);

// The chunks hold other people's code without its comments, so their licences are put beside it.
const folders = output
  .flatMap(({ moduleIds = [] }) => moduleIds)
  .map((id) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/.exec(id)?.[0])
  .filter((folder) => folder !== undefined);
const notices = [...new Set(folders)].map((folder) => {
  const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((each) => /^licen[sc]e/i.test(each));
  if (file === undefined) throw new Error(`${name} has no licence file: look at it before it is bundled`);
  return `${name} ${version}\n\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`;
});
writeFileSync(`${dir}/LICENSES.txt`, notices.toSorted().join(`\n${'-'.repeat(80)}\n\n`));

/**
 * Beside each chunk its compiled code, every function of it, for this version of V8 on this architecture; any other
 * compiles the chunk (bin/pgmedic.js). V8 takes a cache only under the flags that it was made under, so the one for
 * eager compiling is taken back before.
 */
v8.setFlagsFromString('--no-lazy');
const scripts = readdirSync(dir)
  .filter((name) => name.endsWith('.cjs'))
  .map((name) => {
    const filename = path.resolve(dir, name);
    if (/[^.\w]import\(/.test(readFileSync(filename, 'utf8'))) throw new Error(`${name}: import() would fail there`);
    return { filename, script: new Script(Module.wrap(readFileSync(filename, 'utf8')), { filename }) };
  });
v8.setFlagsFromString('--lazy');
for (const { filename, script } of scripts) {
  writeFileSync(`${filename}.${process.versions.v8}-${process.arch}`, script.createCachedData());
}

const before = `${place}.before`;
rmSync(before, { recursive: true, force: true });
if (existsSync(place)) renameSync(place, before);
renameSync(dir, place);
rmSync(before, { recursive: true, force: true });
