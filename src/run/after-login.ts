// What a run needs once it is logged in: loaded by `import()` while the server checks the password, so that it costs no time.
export { CHECKS } from '../checks/index.ts';
export { judge } from '../checks/judge.ts';
export { wordsOf } from '../checks/words-of.ts';
export { observeServer } from '../probes/server.ts';
export { buildReport } from '../report/build.ts';
export { configDraft } from './config-stage.ts';
export { reportedTarget } from './reported-target.ts';
