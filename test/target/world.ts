import type { FileRead, World } from '../../src/target/world.ts';

/** A machine made of texts: `files` maps paths to contents (or to why they cannot be read). */
export function textWorld(files: Readonly<Record<string, string | FileRead>> = {}, more: Partial<World> = {}): World {
  const read = (path: string): FileRead => {
    const file = files[path];
    if (file === undefined) return { state: 'missing' };
    return typeof file === 'string' ? { state: 'read', text: file } : file;
  };
  return {
    platform: 'linux',
    userName: () => 'os-user',
    exists: (path) => path in files,
    readFile: read,
    readPrivateFile: read,
    ...more,
  };
}
