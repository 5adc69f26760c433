#!/usr/bin/env node
'use strict';
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const vm = require('node:vm');

const bundle = path.join(__dirname, '../dist/bundle');

/**
 * Runs a chunk from the code that the build compiled for exactly this V8 (rolldown.build.js): compiling takes a third of
 * a start, and a cache that fills as it goes helps neither the first run nor a read-only installation. False where there
 * is none, or V8 does not take it.
 */
function runCompiled(module, file) {
  let cachedData;
  try {
    cachedData = readFileSync(`${file}.${process.versions.v8}-${process.arch}`);
  } catch {
    return false;
  }
  const script = new vm.Script(Module.wrap(readFileSync(file, 'utf8')), {
    filename: file,
    cachedData,
  });
  if (script.cachedDataRejected === true) return false;
  const run = script.runInThisContext();
  run.call(module.exports, module.exports, (id) => module.require(id), module, file, path.dirname(file));
  return true;
}

const ordinary = require.extensions['.js'];
require.extensions['.cjs'] = (module, file) => {
  if (path.dirname(file) === bundle && runCompiled(module, file)) return;
  // The compile cache exists from Node 22.1; on Node 20 the call is simply absent.
  Module.enableCompileCache?.();
  ordinary(module, file);
};
require('../dist/bundle/main.cjs');
