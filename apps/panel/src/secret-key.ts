import { hkdfSync, randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { StartRefusedException } from './start-refused.ts'

/** What a key is used for. A key for one tells nothing about the key for another. */
export type KeyPurpose = 'journal' | 'console-session' | 'key-check' | 'object-storage-keys'

/** The secret that protects what is encrypted and signed. It is never part of the data that it protects. */
export interface SecretKey {
  /** 32 bytes for one purpose; the same at every start. */
  derive(purpose: KeyPurpose): Uint8Array
}

/** The file with the secret key can't be used as it is. */
export class SecretKeyFileException extends StartRefusedException {
  constructor(path: string, problem: string, remedy: string, options: { cause?: unknown } = {}) {
    super(`The secret key in ${path} can't be used: ${problem}. ${remedy}`, options)
  }
}

export interface SecretKeyOptions {
  /** The key itself, 32 bytes, if it was given. */
  secretKey: Uint8Array | undefined
  /** The folder of the data; the file is made beside it. */
  dataDir: string
}

/**
 * The given key, or else the one in the file beside the data, which is made at the first start.
 *
 * @throws {SecretKeyFileException} the file can be read by others, holds no key, or can't be read or made
 */
export function loadSecretKey({ secretKey, dataDir }: SecretKeyOptions): SecretKey {
  const bytes = secretKey ?? keyFromFile(secretKeyPath(dataDir))
  return {
    derive: purpose => new Uint8Array(hkdfSync('sha256', bytes, '', `evenkeel panel ${purpose}`, 32)),
  }
}

/** Where the key of a folder's data is kept: beside it, never inside, so that a copy of the data is not a copy of the key. */
export function secretKeyPath(dataDir: string): string {
  return `${resolve(dataDir)}.key`
}

function keyFromFile(path: string): Uint8Array {
  try {
    return readKey(path) ?? makeKey(path)
  } catch (error) {
    if (error instanceof SecretKeyFileException) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new SecretKeyFileException(path, reason, 'Let this user read and write there, or set SECRET_KEY.', {
      cause: error,
    })
  }
}

function readKey(path: string): Uint8Array | undefined {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return undefined
  if ((stats.mode & 0o077) !== 0) {
    throw new SecretKeyFileException(path, 'others may read it', `Run: chmod 600 ${path}`)
  }
  const text = readFileSync(path, 'utf8').trim()
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new SecretKeyFileException(path, 'it does not hold 64 hex digits', 'Restore it from a backup.')
  }
  return Buffer.from(text, 'hex')
}

// Written in whole under another name first: a crash leaves no half of a key. Only the process that has
// claimed the data gets here, so nobody else makes one at the same time.
function makeKey(path: string): Uint8Array {
  const key = randomBytes(32)
  const unfinished = `${path}.new`
  const file = openSync(unfinished, 'w', 0o600)
  try {
    writeSync(file, `${key.toString('hex')}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(unfinished, path)
  return key
}
