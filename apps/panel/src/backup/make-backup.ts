import { createHash } from 'node:crypto'
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
} from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { backup as copyDatabase, DatabaseSync } from 'node:sqlite'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { BadClientRequestException } from 'evenkeel'
import { release } from '../release.ts'
import { isOfTheMachine, makeDurable } from './disk.ts'
import { bound, keptFilesIn } from './kept-files.ts'
import { backupFormat, type Manifest, type ManifestFile, manifestName } from './manifest.ts'
import { atOneMoment, beginReading } from './one-moment.ts'
import { type FileToPack, pack } from './tar.ts'

/** What was made. */
export interface BackupMade {
  /** Absolute. */
  readonly file: string
  readonly sizeBytes: number
  readonly fileCount: number
  /** The moment whose state it holds, in milliseconds since 1970. */
  readonly atMs: number
  /** For how long the panel could not write, in milliseconds. */
  readonly heldMs: number
  /** Logs and statistics that are damaged, and so not in it. */
  readonly leftOut: readonly string[]
}

/** There is nothing that could be backed up. */
export class NothingToBackUpException extends BadClientRequestException {
  static override readonly hasStack = true

  constructor(dataDir: string) {
    super(`${dataDir} holds no data of a panel. Set DATA_DIR to the folder that does.`)
  }
}

/** A file has the name that the backup was to have: it may be the only backup that there is. */
export class BackupExistsException extends BadClientRequestException {
  static override readonly hasStack = true

  constructor(file: string) {
    super(`${file} is there already, and is not overwritten. Choose another name.`)
  }
}

/** A backup in the folder that it is of would be lost with it. */
export class BackupInsideDataException extends BadClientRequestException {
  static override readonly hasStack = true

  constructor(file: string, dataDir: string) {
    super(`${file} is inside ${dataDir}, and would be lost together with it. Choose a place outside.`)
  }
}

/** The disk, or a damaged file, was in the way. */
export class BackupNotMadeException extends BadClientRequestException {
  static override readonly hasStack = true

  constructor(reason: string, options: { cause?: unknown } = {}) {
    super(`No backup was made: ${reason}. Nothing of it is left; earlier backups are as they were.`, options)
  }
}

/**
 * Makes a backup of a panel's data, also while the panel works with them: one file, whole or not there.
 *
 * @throws {NothingToBackUpException}
 * @throws {BackupExistsException}
 * @throws {BackupInsideDataException}
 * @throws {NeverStillException} the data are written to without a pause
 * @throws {BackupNotMadeException} the disk or a damaged file was in the way
 */
export async function makeBackup(dataDir: string, file: string): Promise<BackupMade> {
  const path = resolve(file)
  const kept = keptFilesIn(dataDir)
  if (kept.bound[0] !== bound[0]) throw new NothingToBackUpException(dataDir)
  if (path.startsWith(`${resolve(dataDir)}${sep}`))
    throw new BackupInsideDataException(path, resolve(dataDir))
  if (existsSync(path)) throw new BackupExistsException(path)
  try {
    return await make(dataDir, path)
  } catch (error) {
    throw isOfTheMachine(error) ? new BackupNotMadeException(error.message, { cause: error }) : error
  }
}

async function make(dataDir: string, path: string): Promise<BackupMade> {
  // Beside the backup: there must be room for both, and the last move stays within one disk.
  mkdirSync(dirname(path), { recursive: true })
  const folder = mkdtempSync(`${path}.unfinished-`)
  try {
    const { copies, leftOut, atMs, heldMs } = await copyAll(dataDir, folder)
    const manifest: Manifest = {
      format: backupFormat,
      release,
      at: new Date(atMs).toISOString(),
      files: copies,
    }
    const whole = join(folder, 'whole')
    await pipeline(
      Readable.from(pack(filesOf(manifest, folder))),
      createGzip({ level: 1 }),
      createWriteStream(whole, { mode: 0o600 }),
    )
    await makeDurable(whole)
    await claimName(path)
    await rename(whole, path)
    await makeDurable(dirname(path))
    return { file: path, sizeBytes: statSync(path).size, fileCount: copies.length, atMs, heldMs, leftOut }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Of two that were begun under one name, the second is refused. @throws {BackupExistsException} */
async function claimName(path: string): Promise<void> {
  try {
    await using _claimed = await open(path, 'wx', 0o600)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new BackupExistsException(path)
    throw error
  }
}

interface Copies {
  readonly copies: ManifestFile[]
  readonly leftOut: readonly string[]
  readonly atMs: number
  readonly heldMs: number
}

async function copyAll(dataDir: string, folder: string): Promise<Copies> {
  const kept = keptFilesIn(dataDir)
  const copies: ManifestFile[] = []
  using moment = await atOneMoment(kept.bound.map(name => join(dataDir, name)))
  for (const [position, reader] of moment.readers.entries())
    copies.push(await copy(reader, kept.bound[position] as string, folder))
  const leftOut: string[] = []
  for (const name of kept.loose) {
    const copied = await copyLoose(dataDir, name, folder)
    if (copied === 'damaged') leftOut.push(name)
    else if (copied !== 'gone') copies.push(copied)
  }
  return { copies, leftOut, atMs: moment.atMs, heldMs: moment.heldMs }
}

async function copyLoose(
  dataDir: string,
  name: string,
  folder: string,
): Promise<ManifestFile | 'damaged' | 'gone'> {
  const path = join(dataDir, name)
  try {
    using opened = new DisposableStack()
    const reader = opened.adopt(new DatabaseSync(path, { readOnly: true, timeout: 5000 }), each =>
      each.close(),
    )
    beginReading(reader)
    return await copy(reader, name, folder)
  } catch (error) {
    if (!existsSync(path)) return 'gone' // Its days were over.
    if (error instanceof BackupNotMadeException || isDamage(error)) return 'damaged'
    throw error
  }
}

async function copy(reader: DatabaseSync, name: string, folder: string): Promise<ManifestFile> {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  await copyDatabase(reader, path, { rate: pagesAtOnce })
  return { name, sizeBytes: statSync(path).size, sha256: await sha256Of(path), version: checked(path, name) }
}

const pagesAtOnce = 1000

/** The version of its tables. @throws {BackupNotMadeException} it is damaged */
function checked(path: string, name: string): number {
  const database = new DatabaseSync(path)
  try {
    const { quick_check: verdict } = database.prepare('pragma quick_check(1)').get() as {
      quick_check: string
    }
    if (verdict !== 'ok') throw new BackupNotMadeException(`${name} is damaged (${verdict})`)
    return (database.prepare('pragma user_version').get() as { user_version: number }).user_version
  } finally {
    database.close()
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

function* filesOf(manifest: Manifest, folder: string): Generator<FileToPack> {
  const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)
  yield { name: manifestName, sizeBytes: text.length, content: [text] }
  for (const { name, sizeBytes } of manifest.files)
    yield { name, sizeBytes, content: createReadStream(join(folder, name)) }
}

// https://www.sqlite.org/rescode.html: SQLITE_CORRUPT and SQLITE_NOTADB. Extended codes share their low byte.
function isDamage(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return false
  return [11, 26].includes(error.errcode & 0xff)
}
