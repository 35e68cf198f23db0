import { open } from 'node:fs/promises'

/** Waits until a file, or the names in a folder, survive a loss of power. */
export async function makeDurable(path: string): Promise<void> {
  await using handle = await open(path)
  await handle.sync()
}

/** What the disk, its rights or SQLite say: all else that is thrown is a bug of ours. */
export function isOfTheMachine(error: unknown): error is Error {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false
  return error.code === 'ERR_SQLITE_ERROR' || /^E[A-Z0-9]+$/.test(error.code)
}
