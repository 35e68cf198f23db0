import { createHash } from 'node:crypto'
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pipeline as connect, Readable, Transform } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { BadClientRequestException } from 'evenkeel'
import { migrations } from '../cloud/embedded/schema.ts'
import { claimDataDir } from '../data-dir.ts'
import { newestVersion } from '../records/migrations/migrate.ts'
import { isOfTheMachine, makeDurable } from './disk.ts'
import { isOfLock, unfinishedRestoreIn } from './kept-files.ts'
import { backupFormat, type Manifest, type ManifestFile, manifestName, parseManifest } from './manifest.ts'
import { NotAnArchiveError, type PackedFile, unpack } from './tar.ts'

/** What was restored. */
export interface Restored {
  /** The folder, absolute. */
  readonly dataDir: string
  readonly manifest: Manifest
}

/** The folder holds something: what is there might be the newer data. */
export class DataDirUsedException extends BadClientRequestException {
  static override readonly hasStack = true

  constructor(dataDir: string) {
    super(
      `${dataDir} is not empty, and a backup is only restored into an empty folder. Move away what is there, or set DATA_DIR to another folder.`,
    )
  }
}

/** The file is none that `npm run backup` made, or is not what it was then. */
export class BackupUnreadableException extends BadClientRequestException {
  static override readonly hasStack = true

  constructor(file: string, reason: string, options: { cause?: unknown } = {}) {
    super(
      `${file} can't be restored: ${reason}. Nothing of it was put in place. Take another backup.`,
      options,
    )
  }
}

/** The backup holds what this release can't read. */
export class BackupTooNewException extends BadClientRequestException {
  static override readonly hasStack = true

  constructor(file: string, { release }: Manifest) {
    super(
      `${file} was made by a newer release (${release}) than this one. Restore it with that release, or take a backup that this release made.`,
    )
  }
}

/** The disk was in the way. */
export class NotRestoredException extends BadClientRequestException {
  static override readonly hasStack = true

  constructor(dataDir: string, cause: Error) {
    super(
      `Nothing was restored into ${dataDir}: ${cause.message}. Make room or give this user the rights, and restore again.`,
      { cause },
    )
  }
}

/**
 * Puts a backup into an empty data folder: all of it, compared byte by byte with what was backed up, or nothing that a
 * panel would start with. A restore that was broken off is begun again.
 *
 * @throws {BackupUnreadableException}
 * @throws {BackupTooNewException}
 * @throws {DataDirUsedException}
 * @throws {DataDirInUseException} a panel works with the folder
 * @throws {DataDirUnusableException} the folder can't be made or written to
 * @throws {NotRestoredException} the disk was in the way
 */
export async function restoreBackup(file: string, dataDir: string): Promise<Restored> {
  const path = resolve(file)
  const folder = resolve(dataDir)
  requireRestorable(folder)
  const manifest = await reading(path, () => manifestOf(path))
  const claimed = claimDataDir(folder)
  try {
    requireRestorable(folder) // Somebody might have been quicker.
    await reading(path, () => unpackInto(folder, path))
    await moveIntoPlace(manifest, folder)
    return { dataDir: folder, manifest }
  } catch (error) {
    throw isOfTheMachine(error) ? new NotRestoredException(folder, error) : error
  } finally {
    claimed.release()
  }
}

function requireRestorable(folder: string): void {
  if (!existsSync(folder) || existsSync(unfinishedRestoreIn(folder))) return
  if (readdirSync(folder).some(name => !isOfLock(name))) throw new DataDirUsedException(folder)
}

async function manifestOf(path: string): Promise<Manifest> {
  try {
    for await (const file of filesIn(path)) return requireKnown(await readManifest(path, file), path)
    throw new BackupUnreadableException(path, 'it is empty')
  } catch (error) {
    throw isOfTheMachine(error) ? new BackupUnreadableException(path, error.message, { cause: error }) : error
  }
}

async function readManifest(path: string, { name, sizeBytes, content }: PackedFile): Promise<Manifest> {
  const isManifest = name === manifestName && sizeBytes <= manifestBytesMax
  const manifest = isManifest ? parseManifest(await text(content)) : undefined
  if (manifest === undefined)
    throw new BackupUnreadableException(path, `it does not begin with ${manifestName}`)
  return manifest
}

/** Some hundred bytes for each file: far more than there are days of logs. */
const manifestBytesMax = 10_000_000

// Other files are looked at when the panel starts: each says what it needs.
const versionsKnown: { readonly [name: string]: number } = {
  'panel.db': newestVersion,
  'cloud.db': migrations.length,
}

function requireKnown(manifest: Manifest, path: string): Manifest {
  const isTooNew = ({ name, version }: ManifestFile) => version > (versionsKnown[name] ?? version)
  if (manifest.format > backupFormat || manifest.files.some(isTooNew))
    throw new BackupTooNewException(path, manifest)
  return manifest
}

async function unpackInto(folder: string, path: string): Promise<void> {
  const unfinished = unfinishedRestoreIn(folder)
  removeUnfinished(folder)
  mkdirSync(unfinished, { mode: 0o700 })
  try {
    await unpackFiles(path, unfinished)
  } catch (error) {
    removeUnfinished(folder)
    throw error
  }
}

/** What a restore has begun, the mark last: as long as that is there, the rest is a restore's. */
function removeUnfinished(folder: string): void {
  const unfinished = unfinishedRestoreIn(folder)
  if (!existsSync(unfinished)) return
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (!isOfLock(name) && path !== unfinished) rmSync(path, { recursive: true })
  }
  rmSync(unfinished, { recursive: true })
}

async function unpackFiles(path: string, folder: string): Promise<void> {
  let expected: readonly ManifestFile[] | undefined
  let count = 0
  for await (const file of filesIn(path)) {
    if (expected === undefined) {
      expected = (await readManifest(path, file)).files
      continue
    }
    const next = expected[count++]
    if (next?.name !== file.name || next.sizeBytes !== file.sizeBytes)
      throw new BackupUnreadableException(path, `${file.name} in it is not what ${manifestName} announces`)
    if ((await writeFile(file, join(folder, file.name))) !== next.sha256)
      throw new BackupUnreadableException(path, `${file.name} in it is damaged`)
  }
  if (count !== expected?.length) throw new BackupUnreadableException(path, 'files are missing in it')
}

/** @returns the sha256 of what was written, in hex */
async function writeFile({ content }: PackedFile, path: string): Promise<string> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const hash = createHash('sha256')
  const hashing = new Transform({
    transform(chunk, _, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  await pipeline(Readable.from(content), hashing, createWriteStream(path, { mode: 0o600 }))
  await makeDurable(path)
  return hash.digest('hex')
}

/** The mark goes last: until then no panel starts with what is there (`requireRestored`). */
async function moveIntoPlace({ files }: Manifest, folder: string): Promise<void> {
  const unfinished = unfinishedRestoreIn(folder)
  for (const { name } of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true, mode: 0o700 })
    renameSync(join(unfinished, name), join(folder, name))
  }
  await makeDurable(folder)
  rmSync(unfinished, { recursive: true })
  await makeDurable(folder)
}

function filesIn(path: string): AsyncGenerator<PackedFile> {
  const bytes = createGunzip()
  // What goes wrong in one of the two ends what is read of the other, which throws it.
  connect(createReadStream(path), bytes, () => {})
  return unpack(bytes)
}

/** @throws {BackupUnreadableException} what is read is not what was written */
async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    const reason = reasonIn(error)
    throw reason === undefined ? error : new BackupUnreadableException(path, reason, { cause: error })
  }
}

function reasonIn(error: unknown): string | undefined {
  if (error instanceof NotAnArchiveError) return `it is no backup, or not all of it (${error.message})`
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  // Zlib's own, such as Z_DATA_ERROR for what it never wrote.
  return error.code.startsWith('Z_') ? `it is no backup, or damaged (${error.message})` : undefined
}
