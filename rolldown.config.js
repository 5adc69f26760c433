import { defineConfig } from 'rolldown';
import { ascii, lazily, monotonic, trimmed } from './rolldown.plugins.js';

/** A chunk for the modules named, with all that they import statically and no group before has taken. */
const group = (name, pattern, priority) => ({ name, test: new RegExp(pattern), priority });

/**
 * The command line as a few files: Node 20 spends more on finding and reading 150 small modules than on running them.
 * CommonJS, because Node loads it with less work than modules (measured: 8 ms less for `test`), and `import()` becomes
 * a `require` that happens when it is reached. Nothing is minified, so that stack traces stay readable; comments are left
 * out, since Node reads every byte. One chunk for each moment of a run: what is needed up to the connection, after the
 * login, for the table, for grants, for a failure. ssh2 in one piece loads in a third of the time; its native parts, which
 * npm may have built or not, stay where they are.
 */
export default defineConfig({
  input: { main: 'dist/cli/main.js' },
  platform: 'node',
  // The bundle names its modules; with a linked node_modules it would name a place of the machine that built it.
  resolve: { symlinks: false },
  external: ['yaml', 'zod'],
  plugins: [trimmed, lazily, monotonic, ascii],
  output: {
    dir: 'dist/bundle.next',
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    comments: false,
    // Code that V8 took from its cache has no loader for `import()`; what is left of them are modules of Node.
    dynamicImportInCjs: false,
    cleanDir: true,
    codeSplitting: {
      groups: [
        // By itself, so that --version loads nothing else.
        group('version', String.raw`[\\/]dist[\\/]version\.js$`, 7),
        group('start', String.raw`[\\/]cli[\\/](run|test)-command\.js$`, 6),
        group('after-login', String.raw`[\\/]run[\\/]after-login\.js$`, 5),
        group('table', String.raw`[\\/]render[\\/]table\.js$`, 4),
        group('grants-command', String.raw`[\\/]cli[\\/]grants-command\.js$`, 3),
        group('grants', String.raw`[\\/]run[\\/]grants\.js$`, 2),
        group('tunnel', String.raw`[\\/]cli[\\/]tunnel-(command|serve)\.js$`, 5),
        group('route', String.raw`[\\/]connect[\\/]ssh[\\/](route|part-clock|channel-stream)\.js$`, 5),
        group('failure', String.raw`[\\/](probes[\\/]explain-failure|checks[\\/]catalogue)\.js$`, 1),
      ],
    },
  },
  logLevel: 'silent',
});
