/** Replaces a text that must be there exactly once: another version of the package is to be looked at before it is bundled. */
function replaced(code, file, from, to) {
  if (code.split(from).length !== 2) throw new Error(`${file}: no longer holds exactly one ${JSON.stringify(from)}`);
  return code.replace(from, () => to);
}

/** Modules that are left out. */
const LEFT_OUT = /[\\/]ssh2[\\/]lib[\\/](?:http-agents|server|keygen|protocol[\\/]SFTP)\.js$/;

/** Work at load that nobody asks for: the end of a module's path, what is there, and what takes its place. */
const REPLACED = [
  // Only for subcommands that are programs of their own.
  ['commander/lib/command.js', "require('node:child_process')", '{}'],
  // Only for the place of ChaCha20 in the list of ciphers, which is where a processor with AES has it.
  ['ssh2/lib/protocol/constants.js', "require('cpu-features')()", 'undefined'],
  // WebAssembly for ChaCha20 that a login waits for; with the native binding it is never called.
  ['ssh2/lib/protocol/crypto.js', '  init: (() => {', '  init: binding ? Promise.resolve() : (() => {'],
];

/** Parts of packages that a client of forwards never calls; ssh2's native part, which npm may have built or not, stays where it is. */
export const trimmed = {
  name: 'trimmed',
  resolveId: (source) =>
    source.endsWith('/sshcrypto.node')
      ? { id: 'ssh2/lib/protocol/crypto/build/Release/sshcrypto.node', external: true }
      : null,
  load: (id) => (LEFT_OUT.test(id) ? 'module.exports = {};' : null),
  transform: (code, id) => {
    const wanted = REPLACED.filter(([file]) => id.replaceAll('\\', '/').endsWith(`/node_modules/${file}`));
    if (wanted.length === 0) return null;
    return wanted.reduce((text, [file, from, to]) => replaced(text, file, from, to), code);
  },
};

/** `let node_x = require("node:x");`, and where the whole of it was imported a second line that wraps it. */
const NODE_MODULE = /^let (node_\w+) = (require\("node:[\w/]+"\));\n(?:\1 = (\w+\.__toESM\()\1(, 1\));\n)?/gm;

/**
 * A module of Node's is loaded by the first line that uses it, not by the chunk that names it: `tls` alone takes as long as
 * a chunk, and most runs need a few of them only.
 */
export const lazily = {
  name: 'lazily',
  renderChunk: (code) =>
    [...code.matchAll(NODE_MODULE)].reduce((text, [lines, name, load, before = '', after = '']) => {
      const [head, tail] = text.split(lines);
      const uses = tail.match(new RegExp(String.raw`\b${name}\b.?`, 'g')) ?? [];
      if (uses.some((use) => use !== `${name}.`)) throw new Error(`${name} is used in a way that is new`);
      const get = `get module() { return this.loaded ??= ${before}${load}${after}; }`;
      return `${head}const ${name} = { loaded: undefined, ${get} };\n${tail.replaceAll(`${name}.`, `${name}.module.`)}`;
    }, code),
};

/** The monotonic clock without the `performance` of browsers, for which Node loads nine modules at its first look. */
export const monotonic = {
  name: 'monotonic',
  renderChunk: (code) => {
    const clock = 'const monotonicMs = () => { const [s, ns] = process.hrtime(); return s * 1e3 + ns / 1e6; };';
    const own = code.replaceAll(/\bperformance\.now\(\)/g, 'monotonicMs()');
    if (/\bperformance\./.test(own)) throw new Error('something else of performance is used');
    return own === code ? code : `${clock}\n${own}`;
  },
};

/**
 * Nothing but ASCII: such a file is read without decoding it, and V8 keeps it in half the memory (bin/pgmedic.js reads it as
 * latin1). An escape means the same as the character everywhere but in String.raw.
 */
export const ascii = {
  name: 'ascii',
  generateBundle: (_, bundle) => {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue;
      if (/String\.raw`[^`]*[^\0-\u007F]/.test(chunk.code)) throw new Error('a character beyond ASCII in String.raw');
      const escaped = (unit) => String.raw`\u` + unit.charCodeAt(0).toString(16).padStart(4, '0');
      chunk.code = chunk.code.replaceAll(/[^\0-\u007F]/g, escaped);
    }
  },
};
