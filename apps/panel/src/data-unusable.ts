import { JournalMismatchException } from 'evenkeel/actions'
import { CloudFileTooNewException } from './cloud/embedded/database.ts'
import { StartRefusedException } from './start-refused.ts'

/** A part of the data can't be read, or does not belong to the others. */
export class DataUnusableException extends StartRefusedException {
  constructor(path: string, cause: Error) {
    // Our own exceptions say what to do; the database engine's are a few words.
    const message = isOurs(cause)
      ? cause.message
      : `${path} can't be used: ${cause.message}. Restore the whole data folder from one backup, or move it away.`
    super(message, { cause })
  }
}

/**
 * Opens what keeps its data under `path`.
 *
 * @throws {DataUnusableException} the data are not what they must be
 * @throws whatever else `open` throws
 */
export async function openData<T>(path: string, open: () => T | Promise<T>): Promise<T> {
  try {
    return await open()
  } catch (thrown) {
    if (!isAboutTheData(thrown)) throw thrown
    throw new DataUnusableException(path, thrown)
  }
}

function isAboutTheData(thrown: unknown): thrown is Error {
  if (thrown instanceof JournalMismatchException || thrown instanceof CloudFileTooNewException) return true
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_SQLITE_ERROR'
}

function isOurs({ message }: Error): boolean {
  return message.endsWith('.')
}
