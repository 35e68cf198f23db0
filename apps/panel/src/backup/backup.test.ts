import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { claimDataDir } from '../data-dir.ts'
import { newestVersion } from '../records/migrations/migrate.ts'
import { unfinishedRestoreIn } from './kept-files.ts'
import {
  BackupExistsException,
  BackupInsideDataException,
  BackupNotMadeException,
  makeBackup,
  NothingToBackUpException,
} from './make-backup.ts'
import { requireRestored } from './require-restored.ts'
import {
  BackupTooNewException,
  BackupUnreadableException,
  DataDirUsedException,
  restoreBackup,
} from './restore-backup.ts'

const names = ['panel.db', 'journal.db', 'cloud.db', 'series.db', 'tx-log/tx-2026-11-22.db']

let folder: string
let dataDir: string
let file: string
let target: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-backup-'))
  dataDir = join(folder, 'data')
  file = join(folder, 'backup.tar.gz')
  target = join(folder, 'restored')
  for (const name of [...names, 'lock.db']) write(join(dataDir, name), name)
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A database with one word in it, that no compression makes smaller. */
function write(path: string, word: string, version = 1): void {
  mkdirSync(dirname(path), { recursive: true })
  const database = new DatabaseSync(path)
  database.exec(
    `pragma synchronous = off; pragma journal_mode = wal; pragma user_version = ${version}; create table kept (word text, noise blob)`,
  )
  database.prepare('insert into kept values (?, ?)').run(word, randomBytes(5000))
  database.close()
}

function wordIn(path: string): unknown {
  const database = new DatabaseSync(path)
  try {
    return (database.prepare('select word from kept').get() as { word: string }).word
  } finally {
    database.close()
  }
}

function wordsIn(dir: string) {
  return Object.fromEntries(names.map(name => [name, wordIn(join(dir, name))]))
}

/** What a command that failed has left beside the data. */
function leftBeside(): readonly string[] {
  return readdirSync(folder)
    .filter(name => name !== 'data')
    .sort()
}

describe('a backup', () => {
  it('is restored as it was: every database, and nothing of the lock', async () => {
    const made = await makeBackup(dataDir, file)
    rmSync(dataDir, { recursive: true })

    const restored = await restoreBackup(file, dataDir)

    expect(made).toMatchObject({ file, fileCount: names.length, leftOut: [] })
    expect(restored.manifest.at).toBe(new Date(made.atMs).toISOString())
    expect(wordsIn(dataDir)).toEqual(Object.fromEntries(names.map(name => [name, name])))
    requireRestored(claim(dataDir))
  })

  it('holds what was committed before it began, also what is in no main file yet', async () => {
    const database = new DatabaseSync(join(dataDir, 'panel.db'))
    database.exec(`update kept set word = 'committed'; begin; update kept set word = 'under way'`)

    const making = makeBackup(dataDir, file)
    database.exec('rollback')
    await making

    database.close()
    await restoreBackup(file, target)
    expect(wordIn(join(target, 'panel.db'))).toBe('committed')
  })

  it('is for the eyes of its owner alone, and so is what is restored', async () => {
    await makeBackup(dataDir, file)
    await restoreBackup(file, target)

    const modes = [file, target, join(target, 'panel.db'), join(target, 'tx-log')].map(
      path => statSync(path).mode & 0o077,
    )
    expect(modes).toEqual([0, 0, 0, 0])
  })

  it('never takes the place of another file', async () => {
    writeFileSync(file, 'the only backup')

    await expect(makeBackup(dataDir, file)).rejects.toThrow(BackupExistsException)

    expect(readFileSync(file, 'utf8')).toBe('the only backup')
  })

  it('is made by one alone of two that were to have one name', async () => {
    const [first, second] = await Promise.allSettled([makeBackup(dataDir, file), makeBackup(dataDir, file)])

    expect([first.status, second.status].sort()).toEqual(['fulfilled', 'rejected'])
    expect(leftBeside()).toEqual(['backup.tar.gz'])
    await restoreBackup(file, target)
  })

  it('is not put where it would be lost with the data', async () => {
    await expect(makeBackup(dataDir, join(dataDir, 'backup.tar.gz'))).rejects.toThrow(
      BackupInsideDataException,
    )
    expect(readdirSync(dataDir)).not.toContain('backup.tar.gz')
  })

  it('is not made of a folder without a panel', async () => {
    await expect(makeBackup(target, file)).rejects.toThrow(NothingToBackUpException)
    expect(leftBeside()).toEqual([])
  })

  it('is not made of damaged records, and nothing is left of it', async () => {
    const path = join(dataDir, 'panel.db')
    const bytes = readFileSync(path)
    bytes.fill(7, 4096)
    writeFileSync(path, bytes)

    await expect(makeBackup(dataDir, file)).rejects.toThrow(BackupNotMadeException)
    expect(leftBeside()).toEqual([])
  })

  it('leaves out a log that is damaged, and says so', async () => {
    writeFileSync(join(dataDir, 'tx-log/tx-2026-11-22.db'), 'not a database, and never was one'.repeat(100))

    const made = await makeBackup(dataDir, file)

    expect(made).toMatchObject({ fileCount: 4, leftOut: ['tx-log/tx-2026-11-22.db'] })
  })
})

describe('a disk without room', () => {
  /** Runs a command for which no file may grow beyond a few blocks. */
  const cramped = (command: string, dir: string) => {
    const program = new URL(`../${command}.ts`, import.meta.url).pathname
    const line = `trap '' XFSZ; ulimit -f 8; exec "$0" "$@"`
    return spawnSync('sh', ['-c', line, process.execPath, program, file], {
      env: { ...process.env, DATA_DIR: dir, NODE_COMPILE_CACHE: '' },
      encoding: 'utf8',
    })
  }

  it('is told of in one line by the backup, of which nothing is left', () => {
    const { status, stdout, stderr } = cramped('backup', dataDir)

    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^No backup was made: .+ Nothing of it is left.+\n$/)
    expect(leftBeside()).toEqual([])
  })

  it('is told of in one line by the restore, which leaves the folder to another try', async () => {
    await makeBackup(dataDir, file)

    const { status, stderr } = cramped('restore', target)

    expect(status).toBe(1)
    expect(stderr).toMatch(/^Nothing was restored into .+\n$/)
    await restoreBackup(file, target)
  })
})

describe('a restore', () => {
  beforeEach(async () => {
    await makeBackup(dataDir, file)
  })

  it('is refused where anything is, and touches nothing of it', async () => {
    write(join(dataDir, 'panel.db.other'), 'newer')

    await expect(restoreBackup(file, dataDir)).rejects.toThrow(DataDirUsedException)

    expect(wordIn(join(dataDir, 'panel.db.other'))).toBe('newer')
    expect(wordsIn(dataDir)).toEqual(Object.fromEntries(names.map(name => [name, name])))
  })

  it.each(['no-such-file', '.'])('needs a file that is there: %s', async name => {
    await expect(restoreBackup(join(folder, name), target)).rejects.toThrow(BackupUnreadableException)
    expect(existsSync(target)).toBe(false)
  })

  it.each([
    ['something else', () => Buffer.from('something else')],
    ['another archive', () => gzipSync('an archive '.repeat(1000))],
    ['nothing', () => Buffer.alloc(0)],
    ['a part of it', (whole: Buffer) => whole.subarray(0, whole.length - 20_000)],
    ['one byte of a file changed', (whole: Buffer) => gzipSync(changed(gunzipSync(whole), -6000))],
    ['one byte of its own changed', (whole: Buffer) => changed(whole, -10_000)],
  ])('puts nothing in place of %s', async (_, bytesOf) => {
    writeFileSync(file, bytesOf(readFileSync(file)))

    await expect(restoreBackup(file, target)).rejects.toThrow(BackupUnreadableException)

    expect(existsSync(target) ? readdirSync(target) : []).not.toContain('panel.db')
    await makeBackup(dataDir, join(folder, 'another.tar.gz'))
    await restoreBackup(join(folder, 'another.tar.gz'), target) // the folder is free for another one
  })

  it('is refused when the backup holds tables that this release does not know', async () => {
    rmSync(join(dataDir, 'panel.db'))
    write(join(dataDir, 'panel.db'), 'newer', newestVersion + 1)
    const newer = join(folder, 'newer.tar.gz')
    await makeBackup(dataDir, newer)

    await expect(restoreBackup(newer, target)).rejects.toThrow(BackupTooNewException)
    expect(existsSync(target)).toBe(false)
  })

  it('that was broken off keeps a panel from starting, and is begun again', async () => {
    write(join(target, 'journal.db'), 'of the one that was broken off')
    mkdirSync(unfinishedRestoreIn(target))
    expect(() => requireRestored(claim(target))).toThrow(/Run npm run restore again/)

    await restoreBackup(file, target)

    expect(wordsIn(target)).toEqual(Object.fromEntries(names.map(name => [name, name])))
    requireRestored(claim(target))
  })
})

function claim(path: string) {
  const claimed = claimDataDir(path)
  claimed.release()
  return claimed
}

/** @param at from the end */
function changed(bytes: Buffer, at: number): Buffer {
  bytes.writeUInt8(bytes.readUInt8(bytes.length + at) ^ 0xff, bytes.length + at)
  return bytes
}
