#!/usr/bin/env node
'use strict';
const { existsSync, readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const vm = require('node:vm');

const bundle = path.join(__dirname, '../dist/bundle');
const compiledBy = `${process.versions.v8}-${process.arch}`;
/** Whether the chunks run from the code that the build compiled for exactly this V8 (rolldown.build.js). */
let isCompiled = existsSync(path.join(bundle, `start.cjs.${compiledBy}`));

function compiledCode(file) {
  try {
    return readFileSync(`${file}.${compiledBy}`);
  } catch {
    return undefined; // this one was lost
  }
}

/**
 * Runs a chunk from its compiled code: compiling takes a third of a start, and a cache that fills as it goes helps neither
 * the first run nor a read-only installation. Node's own loader would look for each file first, which takes as long as
 * running it.
 */
function runCompiled(file) {
  const cachedData = compiledCode(file);
  // Chunks are ASCII (rolldown.plugins.js), which is read as latin1 without decoding it.
  const script = new vm.Script(Module.wrap(readFileSync(file, 'latin1')), { filename: file, cachedData });
  if (script.cachedDataRejected === true) return false;
  const module = new Module(file);
  module.filename = file;
  require.cache[file] = module;
  script.runInThisContext().call(module.exports, module.exports, chunkRequire, module, file, bundle);
  module.loaded = true;
  return true;
}

/** The `require` of the chunks. */
function chunkRequire(id) {
  if (!id.startsWith('./')) return require(id);
  const file = path.join(bundle, id);
  if (isCompiled && (require.cache[file] !== undefined || runCompiled(file))) return require.cache[file].exports;
  // The compile cache exists from Node 22.1; on Node 20 the call is simply absent.
  if (isCompiled) Module.enableCompileCache?.();
  isCompiled = false;
  return require(file);
}

if (!isCompiled) Module.enableCompileCache?.();
chunkRequire('./main.cjs');
