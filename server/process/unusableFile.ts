import { statSync } from 'node:fs';

/**
 * Explains to an operator why this process cannot use a file or folder, and what to do.
 *
 * @returns the error unchanged if it has another cause
 */
export function unusableFile(path: string, use: 'read' | 'written', error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EROFS') return new Error(`${path} cannot be ${use}: its file system is read-only`, { cause: error });
  if (code !== 'EACCES' && code !== 'EPERM') return error;
  const user = process.getuid?.();
  const stats = statSync(path, { throwIfNoEntry: false });
  const owner = stats ? `it belongs to user ${stats.uid} (mode ${(stats.mode & 0o777).toString(8)})` : 'its folder belongs to another user';
  return new Error(`${path} cannot be ${use} by user ${user}: ${owner}; chown ${user} it, or run as its owner`, { cause: error });
}
