import { CATALOGUE } from '../checks/catalogue.ts';
import { word } from '../report/words.ts';
import type { Wording } from './tunnel-lines.ts';

// Loaded by `import()` when there is a finding to be told: the catalogue is larger than all that a tunnel needs to stand.

/** The words of a finding from the one catalogue. */
export const worded: Wording = (finding) => word(finding, CATALOGUE);
