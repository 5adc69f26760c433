#!/usr/bin/env node
'use strict';
// The compile cache exists from Node 22.1; on Node 20 the call is simply absent.
require('node:module').enableCompileCache?.();
require('../dist/bundle/main.cjs');
