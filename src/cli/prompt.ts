import { isatty } from 'node:tty';
import type { HostKeyQuestion, SecretQuestion } from '../connect/ssh/types.ts';
import { forTerminal } from '../render/escape.ts';
import { Secret } from '../report/secret.ts';
import { interruption } from './signals.ts';

/**
 * Whether a person can be asked: a terminal on both sides, and `--no-input` not given. The numbers of the two, because to
 * make a stream of standard input takes longer than to read the command line.
 */
export const canAsk = (flags: { readonly input?: unknown }): boolean =>
  flags.input !== false && (process.env['CI'] ?? '') === '' && isatty(0) && isatty(2);

/** Asks on standard error whether to trust a host key. The default answer is no. */
export async function askForHostKey(question: HostKeyQuestion): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    process.stderr.write(
      `\nThe host key of ${forTerminal(question.name)} is not known.\n  ${forTerminal(question.keyType)} ${forTerminal(question.fingerprint)}\n` +
        'Compare it with the fingerprint that the bastion’s administrator gives you.\n',
    );
    terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    const answer = await terminal.question('Trust it and store it? (yes/No) ', { signal: interruption() });
    return /^y(es)?$/i.test(answer.trim());
  } catch {
    return false; // the run was stopped
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
  return new Promise((resolve) => {
    let text = '';
    // Before the prompt is shown: who types at once must not be echoed by the terminal.
    stdin.setRawMode(true);
    stderr.write(prompt);
    stdin.resume();
    const onData = (chunk: Buffer): void => {
      for (const char of chunk.toString('utf8')) {
        if (char === '\u0003') {
          // Never with what was typed so far: the handler of the signal ends the question.
          process.kill(process.pid, 'SIGINT');
          return;
        }
        if (char === '\r' || char === '\n' || char === '\u0004') return finish(text);
        if (char === '\u007f' || char === '\b') text = Array.from(text).slice(0, -1).join('');
        else {
          text += char;
          if (echo) stderr.write(forTerminal(char));
        }
      }
    };
    const stop = (): void => finish('');
    const finish = (answer: string): void => {
      interruption().removeEventListener('abort', stop);
      stdin.off('data', onData);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
      resolve(answer);
    };
    stdin.on('data', onData);
    interruption().addEventListener('abort', stop);
  });
}
