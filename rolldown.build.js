// The bundler's own command prints a list of chunks that nobody asked for; its function is silent.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { build } from 'rolldown';
import config from './rolldown.config.js';

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
writeFileSync(`${config.output.dir}/LICENSES.txt`, notices.toSorted().join(`\n${'-'.repeat(80)}\n\n`));
