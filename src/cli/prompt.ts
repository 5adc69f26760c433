import type { HostKeyQuestion, SecretQuestion } from '../connect/ssh/types.ts';
import { forTerminal } from '../render/escape.ts';
import { Secret } from '../report/secret.ts';

/** Whether a person can be asked: a terminal on both sides, and `--no-input` not given. */
export const canAsk = (flags: { readonly input?: unknown }): boolean =>
  flags.input !== false && process.stdin.isTTY && process.stderr.isTTY && (process.env['CI'] ?? '') === '';

/** Asks on standard error whether to trust a host key. The default answer is no. */
export async function askForHostKey(question: HostKeyQuestion): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    process.stderr.write(
      `\nThe host key of ${forTerminal(question.name)} is not known.\n  ${forTerminal(question.keyType)} ${forTerminal(question.fingerprint)}\n` +
        'Compare it with the fingerprint that the bastion’s administrator gives you.\n',
    );
    const answer = await terminal.question('Trust it and store it? (yes/No) ');
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

/** Asks for a secret without showing it. Undefined when nothing was typed. */
export async function askForSecret(question: SecretQuestion): Promise<Secret | undefined> {
  const text = await readHidden(`${forTerminal(question.prompt)}: `, question.echo);
  return text === '' ? undefined : new Secret(text, 'typed');
}

/** Reads one line from the terminal; nothing is echoed unless asked. Ctrl-C ends the run as everywhere. */
export function readHidden(prompt: string, echo = false): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(prompt);
  return new Promise((resolve) => {
    let text = '';
    stdin.setRawMode(true);
    stdin.resume();
    const onData = (chunk: Buffer): void => {
      for (const char of chunk.toString('utf8')) {
        if (char === '\u0003') {
          finish();
          process.kill(process.pid, 'SIGINT');
          return;
        }
        if (char === '\r' || char === '\n' || char === '\u0004') return finish();
        if (char === '\u007f' || char === '\b') text = Array.from(text).slice(0, -1).join('');
        else {
          text += char;
          if (echo) stderr.write(forTerminal(char));
        }
      }
    };
    const finish = (): void => {
      stdin.off('data', onData);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
      resolve(text);
    };
    stdin.on('data', onData);
  });
}
