// What a failure needs and a success does not: loaded by `import()` when something failed, so that the usual run starts
// without it.
export { nameFailure } from '../failures/name-failure.ts';
export { lookAgain } from './look-again.ts';
