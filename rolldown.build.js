// The bundler's own command prints a list of chunks that nobody asked for; its function is silent.
import { build } from 'rolldown';
import config from './rolldown.config.js';

await build(config);
