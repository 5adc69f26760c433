import fc from 'fast-check';

// The same cases on every machine, so that a red run is the change's fault and can be run again; PGMEDIC_FC_SEED=random
// (or a number) looks elsewhere.
const seed = process.env['PGMEDIC_FC_SEED'] ?? '1';
if (seed !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
