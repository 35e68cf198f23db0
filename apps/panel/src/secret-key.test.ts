import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadSecretKey, SecretKeyFileException, secretKeyPath } from './secret-key.ts'

describe('loadSecretKey', () => {
  let parent: string
  let dataDir: string
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'evenkeel-key-'))
    dataDir = join(parent, 'data')
  })
  afterEach(() => rm(parent, { recursive: true }))

  const load = (secretKey?: Uint8Array) => loadSecretKey({ secretKey, dataDir })

  it('makes a file beside the data that only its owner reads, and finds the same key again', async () => {
    const made = load().derive('journal')

    expect(load().derive('journal')).toEqual(made)
    expect(dirname(secretKeyPath(dataDir))).toBe(parent)
    expect((await stat(secretKeyPath(dataDir))).mode & 0o777).toBe(0o600)
    expect(await readdir(parent)).toEqual(['data.key'])
  })

  it('uses the given key and makes no file', async () => {
    const given = new Uint8Array(32).fill(7)

    expect(load(given).derive('journal')).toEqual(load(given).derive('journal'))
    expect(await readdir(parent)).toEqual([])
  })

  it('derives 32 bytes, others for each purpose and each key', () => {
    const one = load(new Uint8Array(32).fill(1))
    const other = load(new Uint8Array(32).fill(2))
    const derived = [one.derive('journal'), one.derive('console-session'), other.derive('journal')]

    expect(derived.map(key => key.length)).toEqual([32, 32, 32])
    expect(new Set(derived.map(key => Buffer.from(key).toString('hex'))).size).toBe(3)
  })

  it.each([0o640, 0o604, 0o666])('refuses a file with mode %o, and says how to close it', async mode => {
    load()
    await chmod(secretKeyPath(dataDir), mode)

    expect(() => load()).toThrow(SecretKeyFileException)
    expect(() => load()).toThrow(`chmod 600 ${secretKeyPath(dataDir)}`)
  })

  it('refuses a file that holds no key, and leaves it as it is', async () => {
    await writeFile(secretKeyPath(dataDir), 'abc', { mode: 0o600 })

    expect(() => load()).toThrow('does not hold 64 hex digits')
    expect(() => load()).toThrow('does not hold 64 hex digits')
  })
})
