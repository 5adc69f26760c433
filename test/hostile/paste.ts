import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What a person may take from a fix: all of it, each part after a colon, and each part in parentheses. */
const pastes = (fix: string): string[] => [
  fix,
  ...[...fix.matchAll(/: /g)].map(({ index }) => fix.slice(index + 2)),
  ...[...fix.matchAll(/(?<=\s)\(([^()]*)\)/g)].map(([, inside]) => inside ?? ''),
];

/**
 * Pastes every fix into shells whose only command is `touch`, in an empty folder.
 * @returns the texts that made one of them run or write something
 */
export function pasteInto(shell: string, fixes: readonly string[]): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgmedic-paste-'));
  try {
    const bin = path.join(folder, 'bin');
    const work = path.join(folder, 'work');
    mkdirSync(bin);
    mkdirSync(work);
    symlinkSync(existsSync('/usr/bin/touch') ? '/usr/bin/touch' : '/bin/touch', path.join(bin, 'touch'));
    const texts = [...new Set(fixes.flatMap((fix) => pastes(fix)))];
    for (const [index, text] of texts.entries()) writeFileSync(path.join(folder, `t${index}`), text);
    // A marker anywhere tells; the loop is a shell's own, so that thousands of texts cost one process and a fork each.
    const loop = `i=$5; while [ "$i" -lt "$2" ]; do IFS= read -r -d '' t < "$3/t$i"
      ( cd "$1" && exec "$4" -c "$t" ) </dev/null >/dev/null 2>&1
      for f in "$1"/*; do if [ -e "$f" ]; then printf '%s' "$i"; exit; fi; done
      i=$((i+1)); done`;
    const found: string[] = [];
    let rest = texts.map((_, index) => index);
    while (rest.length > 0) {
      const result = spawnSync(
        '/bin/bash',
        ['-c', loop, 'paste', work, String(texts.length), folder, shell, String(rest[0])],
        { env: { PATH: bin }, encoding: 'utf8' },
      );
      if (result.status !== 0 && result.stdout === '' && result.stderr !== '') throw new Error(result.stderr);
      const line = result.stdout.trim();
      if (line === '') break;
      found.push(texts[Number(line)] ?? '');
      rmSync(work, { recursive: true, force: true });
      mkdirSync(work);
      rest = rest.filter((index) => index > Number(line));
    }
    return found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
