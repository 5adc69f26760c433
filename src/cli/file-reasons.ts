/** What the system's refusals to open, read or write a file mean. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder, not a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  ENAMETOOLONG: 'the name is too long',
  EPIPE: 'the reader closed the pipe',
};

/** The reason in words, where it has some; else the system's code. */
export const fileReason = (code: string): string => REASONS[code] ?? code;
