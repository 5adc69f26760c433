import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface TlsHome {
  /** To be used as the home directory. */
  readonly home: string;
  /** The path of a file below `.postgresql/`. */
  readonly file: (name: string) => string;
  readonly remove: () => void;
}

/** A home directory with these files in `.postgresql/`; keys for their owner only, unless a mode is given. */
export function tlsHome(files: Readonly<Record<string, string | readonly [text: string, mode: number]>>): TlsHome {
  const home = mkdtempSync(path.join(tmpdir(), 'pgmedic-home-'));
  const file = (name: string): string => path.join(home, '.postgresql', name);
  mkdirSync(path.join(home, '.postgresql'));
  for (const [name, given] of Object.entries(files)) {
    const [text, mode] = typeof given === 'string' ? [given, name.endsWith('.key') ? 0o600 : 0o644] : given;
    mkdirSync(path.dirname(file(name)), { recursive: true });
    writeFileSync(file(name), text);
    chmodSync(file(name), mode);
  }
  return { home, file, remove: () => rmSync(home, { recursive: true, force: true }) };
}
