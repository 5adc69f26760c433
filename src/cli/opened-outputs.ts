import type { ConnectionFlags } from './options.ts';
import { clash, outputsOf } from './output-option.ts';
import { type Outputs, openOutputs } from './output.ts';
import { UsageError } from './usage.ts';

const opened = new WeakMap<ConnectionFlags, Outputs>();

/** The outputs of a command line, opened once. Throws UsageError or OutputError. */
export function openedOutputs(flags: ConnectionFlags): Outputs {
  const known = opened.get(flags);
  if (known !== undefined) return known;
  const asked = outputsOf(flags, process.env['GITHUB_ACTIONS'] === 'true');
  const impossible = clash(asked);
  if (impossible !== null) throw new UsageError(impossible);
  const outputs = openOutputs(asked);
  opened.set(flags, outputs);
  return outputs;
}
