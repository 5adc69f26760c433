#!/usr/bin/env node
// The compile cache exists from Node 22.1; on Node 20 the call is simply absent.
import module from 'node:module';

module.enableCompileCache?.();
await import('../dist/bundle/main.js');
