/** A file as libpq's readers see it: its text, or why it could not be read. */
export type FileRead =
  | { readonly state: 'read'; readonly text: string }
  | { readonly state: 'missing' }
  | { readonly state: 'open-to-others'; readonly mode: string }
  | { readonly state: 'not-plain' }
  | { readonly state: 'unreadable'; readonly reason: string };

/** All that resolving a target asks of the machine. Everything else is text in, values out. */
export interface World {
  readonly platform: 'linux' | 'darwin' | 'win32' | 'other';
  /** The name of the account this runs as (not $USER); undefined where the system knows none. */
  userName(): string | undefined;
  exists(path: string): boolean;
  /** Any readable file. */
  readFile(path: string): FileRead;
  /** A passfile: only a plain file that is closed to group and world is read. */
  readPrivateFile(path: string): FileRead;
}
