import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** Debian's browser; undefined where it is not installed. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((file) => existsSync(file));

export interface Page {
  /** What the page said on its console, uncaught errors and refusals of its content security policy among it. */
  readonly complaints: readonly string[];
  /** Every request that was not for the page itself. */
  readonly requests: readonly string[];
  readonly open: (url: string) => Promise<void>;
  /** The value of an expression, which may be a promise. */
  readonly evaluate: <T>(expression: string) => Promise<T>;
  readonly press: (key: string, text?: string) => Promise<void>;
  readonly type: (text: string) => Promise<void>;
  readonly theme: (scheme: 'light' | 'dark') => Promise<void>;
  readonly screenshot: () => Promise<Buffer>;
  readonly close: () => Promise<void>;
}

type Message = { id?: number; method?: string; params?: Record<string, unknown>; result?: Record<string, unknown> };

/** Starts the browser without a window and speaks the DevTools protocol over a pipe: no port, no library. */
export async function startChromium(width = 1400, height = 1000): Promise<Page> {
  const profile = mkdtempSync(path.join(tmpdir(), 'pgmedic-chromium-'));
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
  const child = spawn(
    CHROMIUM ?? 'chromium',
    [...flags, ...quiet, '--remote-debugging-pipe', `--window-size=${width},${height}`, `--user-data-dir=${profile}`],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const { call, listen } = protocol(child);
  const { targetId } = await call('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true });
  const send = (method: string, params: object = {}): Promise<Record<string, unknown>> =>
    call(method, params, String(sessionId));
  const complaints: string[] = [];
  const requests: string[] = [];
  let loaded = (): void => {};
  listen(({ method, params = {} }) => {
    if (method === 'Page.loadEventFired') loaded();
    if (method === 'Runtime.exceptionThrown') complaints.push(JSON.stringify(params['exceptionDetails']));
    if (method === 'Log.entryAdded') complaints.push(String((params['entry'] as { text: unknown }).text));
    if (method === 'Runtime.consoleAPICalled') complaints.push(JSON.stringify(params['args']));
    if (method === 'Network.requestWillBeSent') {
      const { url } = params['request'] as { url: string };
      if (!url.startsWith('file:') && !url.startsWith('data:')) requests.push(url);
    }
  });
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
  return {
    complaints,
    requests,
    open: async (url) => {
      const done = new Promise<void>((resolve) => (loaded = resolve));
      await send('Page.navigate', { url });
      await done;
    },
    evaluate: async <T>(expression: string) => {
      const { result, exceptionDetails } = await send('Runtime.evaluate', {
        ...{ expression, awaitPromise: true, returnByValue: true },
      });
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      return (result as { value: T }).value;
    },
    press: async (key, text) => {
      const event = { key, ...(text === undefined ? {} : { text }) };
      await send('Input.dispatchKeyEvent', { type: 'keyDown', ...event });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', key });
    },
    type: async (text) => void (await send('Input.insertText', { text })),
    theme: async (value) =>
      void (await send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] })),
    screenshot: async () => {
      const { data } = await send('Page.captureScreenshot', { format: 'png' });
      return Buffer.from(String(data), 'base64');
    },
    close: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      await call('Browser.close', {});
      await gone;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function protocol(child: ChildProcess): {
  readonly call: (method: string, params: object, sessionId?: string) => Promise<Record<string, unknown>>;
  readonly listen: (listener: (message: Message) => void) => void;
} {
  const input = child.stdio[3] as Writable;
  const output = child.stdio[4] as Readable;
  const waiting = new Map<
    number,
    { resolve: (value: Record<string, unknown>) => void; reject: (error: Error) => void }
  >();
  const listeners: ((message: Message) => void)[] = [];
  let rest = '';
  let last = 0;
  child.once('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('the browser ended'));
  });
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = (rest + chunk).split('\0');
    rest = messages.pop() ?? '';
    for (const text of messages) {
      const message = JSON.parse(text) as Message & { error?: { message: string } };
      const { id, result = {}, error } = message;
      if (id === undefined) for (const listener of listeners) listener(message);
      else if (error === undefined) waiting.get(id)?.resolve(result);
      else waiting.get(id)?.reject(new Error(error.message));
      if (id !== undefined) waiting.delete(id);
    }
  });
  return {
    call: (method, params, sessionId) =>
      new Promise((resolve, reject) => {
        const id = (last += 1);
        waiting.set(id, { resolve, reject });
        input.write(`${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
      }),
    listen: (listener) => void listeners.push(listener),
  };
}
