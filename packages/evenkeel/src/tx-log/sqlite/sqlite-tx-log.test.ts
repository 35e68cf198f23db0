import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Exception } from '../../exceptions/exception.ts'
import type { TxId } from '../../filters/tx-id.ts'
import { countByMinute } from '../count-by-minute.ts'
import { exampleId, exampleRow } from '../example-row.ts'
import {
  TextSearchTooWideException,
  TxLogDamagedException,
  TxLogDiskFullException,
  TxLogOverBytesException,
  TxLogReadException,
  TxLogWriteException,
  UnloggableTxException,
} from '../exceptions.ts'
import { isMatch } from '../is-match.ts'
import { loggable } from '../redaction/loggable.ts'
import { txLogContract } from '../tx-log.contract.ts'
import type { LoggedCause, TxLog, TxRow } from '../tx-log.ts'
import { decodeBlock } from './details-block.ts'
import { type SqliteTxLogOptions, sqliteTxLog } from './sqlite-tx-log.ts'

const noonMs = Date.UTC(2026, 10, 22, 12)
const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs

let folder: string
let problems: Exception[]
let opened: TxLog[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tx-log-'))
  problems = []
  opened = []
})

afterEach(async () => {
  await Promise.all(opened.map(log => log.close()))
  rmSync(folder, { recursive: true, force: true })
})

function open(options: Partial<SqliteTxLogOptions> = {}): TxLog {
  const log = sqliteTxLog({
    folder,
    now: () => noonMs,
    onProblem: problem => problems.push(problem),
    ...options,
  })
  opened.push(log)
  return log
}

txLogContract('sqliteTxLog', async options => open(options))

describe('sqliteTxLog', () => {
  it('still has after a restart what it had before', async () => {
    const row = exampleRow()
    const before = open()
    before.append(row)
    await before.close()

    const after = open()

    expect(await after.find(row.id)).toEqual(row)
    expect(await after.query({})).toEqual([row])
  })

  it('writes by itself, without being asked or closed', async () => {
    const row = exampleRow()
    const writer = open({ flushMs: 1 })
    const reader = open()

    writer.append(row)

    await expect.poll(() => reader.find(row.id), { timeout: 10_000 }).toEqual(row)
  })

  it('keeps its process alive until what was appended is written, and no longer', async () => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', appendAndEnd, folder], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const [exitCode] = await once(child, 'exit')

    expect(exitCode).toBe(0)
    expect(await open({ now: Date.now }).query({})).toHaveLength(1)
  })

  it('writes more than one batch completely', async () => {
    const log = open({ fields: { at: loggable.number() } })

    for (let at = 0; at < 2500; at++) log.append(exampleRow({ fields: { at } }))

    const found = await log.query({ limit: 1000 })
    expect(found.map(({ fields: { at } }) => at)).toEqual(Array.from({ length: 1000 }, (_, at) => 2499 - at))
    expect(log.shedCount).toBe(0)
  })

  describe('slices', () => {
    it('keeps each day in a file of its own, by UTC', async () => {
      const log = open()

      log.append(exampleRow({ startedAtMs: Date.UTC(2026, 10, 21, 23, 59, 59, 999) }))
      log.append(exampleRow({ startedAtMs: Date.UTC(2026, 10, 22) }))
      await log.close()

      expect(files()).toEqual(['tx-2026-11-21.db', 'tx-2026-11-22.db'])
    })

    it('removes at the start the files of which every row is older than the retention', async () => {
      await fill([noonMs - 8 * dayMs, noonMs - 7 * dayMs, noonMs])

      const log = open({ retentionDays: 7 })
      const found = await log.query({})

      expect(found.map(({ startedAtMs }) => startedAtMs)).toEqual([noonMs, noonMs - 7 * dayMs])
      expect(files()).toEqual(['tx-2026-11-15.db', 'tx-2026-11-22.db'])
    })

    it('removes a file when a day has passed, while it runs', async () => {
      let nowMs = noonMs
      const log = open({ retentionDays: 1, now: () => nowMs })
      const row = exampleRow({ startedAtMs: noonMs })
      log.append(row)
      expect(await log.find(row.id)).toEqual(row)

      nowMs = noonMs + 2 * dayMs
      expect(await log.find(row.id)).toBeUndefined()
      expect(files()).toEqual([])
    })

    it('reads across more days than it holds open', async () => {
      const times = Array.from({ length: 7 }, (_, at) => noonMs - at * dayMs)
      await fill(times)

      const found = await open({ retentionDays: 30 }).query({})

      expect(found.map(({ startedAtMs }) => startedAtMs)).toEqual(times)
    })
  })

  describe('slices by size', () => {
    const small = { sliceBytesMax: 110_000, fields: { note: loggable.text(1000) } }
    const note = () => randomBytes(400).toString('hex')

    /** Appends rows of a kilobyte, one each minute, so that there are several files a day. */
    async function fillMinutes(log: TxLog, count: number): Promise<TxRow[]> {
      const rows = Array.from({ length: count }, (_, at) =>
        exampleRow({
          startedAtMs: noonMs + at * 60_000,
          principal: `user-${at % 3}`,
          resource: `server:${at % 4}`,
          fields: { note: note() },
        }),
      )
      for (const [at, row] of rows.entries()) {
        log.append(row)
        if (at % 50 === 49) await log.query({ limit: 0 })
      }
      return rows
    }

    it('begins another file when one has grown large, and finds in all of them', async () => {
      const log = open(small)
      const rows = await fillMinutes(log, 400)

      expect(files().length).toBeGreaterThan(3)
      expect(files()[1]).toMatch(/^tx-2026-11-22T\d\d-\d\d-\d\d-\d{3}\.db$/)
      for (const row of rows) expect(await log.find(row.id)).toEqual(row)
      expect(await log.query({ limit: 1000 })).toEqual(rows.toReversed())
    })

    it('puts what comes late where it belongs, once', async () => {
      const log = open(small)
      const [first] = (await fillMinutes(log, 400)) as [TxRow]
      const late = exampleRow({ startedAtMs: noonMs + 30_000 })

      log.append(late)
      log.append({ ...first, status: 500 })

      expect(await log.find(late.id)).toEqual(late)
      expect(await log.query({ toMs: noonMs + 60_000 })).toEqual([late, { ...first, status: 500 }])
    })

    it('answers alike before and after the files were given their indexes', async () => {
      let nowMs = noonMs
      const log = open({ ...small, now: () => nowMs })
      const rows = await fillMinutes(log, 400)
      const expected = rows.filter(({ principal }) => principal === 'user-1').reverse()
      expect(await log.query({ principal: 'user-1', limit: 1000 })).toEqual(expected)

      nowMs = noonMs + 2 * dayMs
      await log.query({ limit: 0 })
      await expect.poll(() => indexesOf(files().at(-1) as string)).toContain('tx_by_resource')

      expect(indexesOf(files()[0] as string)).toEqual(
        expect.arrayContaining(['tx_by_operation', 'tx_by_principal', 'tx_by_resource']),
      )
      expect(await log.query({ principal: 'user-1', limit: 1000 })).toEqual(expected)
      expect(await log.query({ resource: 'server:2', principal: 'user-1', limit: 1000 })).toEqual(
        expected.filter(({ resource }) => resource === 'server:2'),
      )
    })

    it('removes the oldest files beyond `bytesMax`, and says so', async () => {
      const bytesMax = 1_200_000
      const log = open({ ...small, bytesMax })
      const rows = await fillMinutes(log, 1200)

      expect((await log.figures()).sizeBytes).toBeLessThanOrEqual(bytesMax)
      expect(await log.query({ limit: 1 })).toEqual([rows.at(-1)])
      expect(await log.find(rows[0]?.id as TxId)).toBeUndefined()
      expect(problems[0]).toBeInstanceOf(TxLogOverBytesException)
      expect(log.shedCount).toBe(0)
    })
  })

  it('has nothing left of an erased principal in any file', async () => {
    const log = open({ fields: { note: loggable.text(1000) } })
    const plants = Array.from({ length: 300 }, (_, at) => `planted-${at}-${randomBytes(8).toString('hex')}`)
    for (const [at, plant] of plants.entries()) {
      const startedAtMs = noonMs + ((at * 7919) % 300) * 1000
      log.append(exampleRow({ startedAtMs, principal: 'ada-lovelace', resource: plant }))
      log.append(exampleRow({ startedAtMs, principal: `user-${at}`, fields: { note: 'stays' } }))
      if (at % 20 === 0) await log.query({ limit: 0 })
    }
    // A row that was replaced must not leave its older self behind.
    log.append(exampleRow({ startedAtMs: noonMs, principal: 'ada-lovelace', resource: 'planted-late' }))

    expect(await log.erase('ada-lovelace')).toEqual({ rowCount: 301, notSearched: [] })

    const bytes = readdirSync(folder).map(file => readFileSync(join(folder, file)).toString('latin1'))
    for (const text of [...plants, 'planted-late', 'ada-lovelace']) {
      for (const each of bytes) expect(each.includes(text), text).toBe(false)
    }
    expect(await log.query({ limit: 1000 })).toHaveLength(300)
  })

  it('erases the details of a row that was replaced, too', async () => {
    const log = open({ fields: { note: loggable.text(1000) } })
    const rows = Array.from({ length: 10 }, (_, at) =>
      exampleRow({ principal: 'ada', fields: { note: `first ${at}` } }),
    )
    for (const row of rows) log.append(row)
    await log.query({ limit: 0 })
    for (const row of rows) log.append({ ...row, fields: { note: 'second' } })

    await log.erase('ada')

    expect(detailsIn('tx-2026-11-22.db').join('')).toBe('')
  })

  it('counts exceptions as adding up the rows would, in any window and whatever their ids', async () => {
    const log = open({ retentionDays: 30 })
    const atMs = fc.integer({ min: -3 * 60_000, max: 3 * 60_000 }).map(afterMs => noonMs + afterMs)
    const rows = fc.array(
      fc
        .record({
          startedAtMs: fc.oneof(
            atMs,
            atMs.map(ms => ms + 0.5),
          ),
          idAfterMs: fc.constantFrom(0, 0, 0, -60_000, 1, hourMs),
          exception: fc.constantFrom('NotFoundException', 'ConflictException'),
        })
        .map(({ startedAtMs, idAfterMs, exception }) =>
          exampleRow({ startedAtMs, exception, category: 'client', id: exampleId(startedAtMs + idAfterMs) }),
        ),
      { maxLength: 40 },
    )
    const all: TxRow[] = []
    await fc.assert(
      fc.asyncProperty(rows, atMs, atMs, async (more, fromMs, toMs) => {
        for (const row of more) log.append(row)
        all.push(...more)

        const counts = await log.exceptionsByMinute({ fromMs, toMs })

        expect(counts).toEqual(countByMinute(all.filter(row => isMatch(row, { fromMs, toMs }))))
      }),
      { numRuns: 40 },
    )
  })

  it('names the files that an erasure could not search', async () => {
    await fill([noonMs - dayMs, noonMs])
    writeFileSync(join(folder, 'tx-2026-11-21.db'), 'This is no database. '.repeat(500))

    expect(await open().erase('ada')).toEqual({ rowCount: 0, notSearched: ['tx-2026-11-21.db.damaged'] })
  })

  it('refuses to look for a text in more rows than it can read', async () => {
    const log = open({ pendingMax: 1_000_000 })
    for (let at = 0; at < 200_001; at++) log.append(exampleRow())

    await expect(log.query({ text: 'x' })).rejects.toThrow(TextSearchTooWideException)
    expect(await log.query({ text: 'x', operation: 'POST /v1/servers' })).toEqual([])
  })

  it('reads the files of the first release, and writes to them', async () => {
    const rows = [
      exampleRow({ startedAtMs: noonMs + 0.25, principal: 'ada', fields: { note: 'kept' } }),
      exampleRow({
        startedAtMs: noonMs,
        exception: 'NotFoundException',
        category: 'client',
        causes: [{ exception: 'Error', message: 'x', service: undefined, txId: undefined, stack: undefined }],
      }),
    ]
    writeFirstSchema(join(folder, 'tx-2026-11-22.db'), rows)
    const log = open()
    const more = exampleRow({ startedAtMs: noonMs + 1 })

    log.append(more)

    expect(await log.query({})).toEqual([more, ...rows.toReversed()])
    expect(await log.query({ principal: 'ada' })).toEqual([rows[0]])
    expect(await log.query({ exception: 'NotFoundException', fromMs: noonMs, toMs: noonMs + 1 })).toEqual([
      rows[1],
    ])
    expect(problems).toEqual([])
  })

  describe('damage', () => {
    it('sets a damaged file aside, says so, and serves the other days', async () => {
      await fill([noonMs - dayMs, noonMs])
      writeFileSync(join(folder, 'tx-2026-11-21.db'), 'This is no database. '.repeat(500))

      const log = open()
      const found = await log.query({})

      expect(found.map(({ startedAtMs }) => startedAtMs)).toEqual([noonMs])
      expect(files()).toContain('tx-2026-11-21.db.damaged')
      expect(problems).toEqual([expect.any(TxLogDamagedException)])
      expect(problems[0]?.message).toContain('tx-2026-11-21.db.damaged')
    })

    it('is told among the figures, by every later process too, together with the latest problem', async () => {
      await fill([noonMs - dayMs])
      writeFileSync(join(folder, 'tx-2026-11-21.db'), 'This is no database. '.repeat(500))
      const log = open()
      await log.query({})

      expect(await log.figures()).toMatchObject({
        problemCount: 1,
        lastProblem: { exception: 'TxLogDamagedException', message: problems[0]?.message, atMs: noonMs },
        setAside: ['tx-2026-11-21.db.damaged'],
      })
      await log.close()
      expect(await open().figures()).toMatchObject({
        problemCount: 0,
        lastProblem: undefined,
        setAside: ['tx-2026-11-21.db.damaged'],
      })
    })

    it('begins the file of the day anew when the one that it writes to is damaged', async () => {
      await fill([noonMs])
      writeFileSync(join(folder, 'tx-2026-11-22.db'), 'This is no database. '.repeat(500))
      const row = exampleRow()

      const log = open()
      log.append(row)

      expect(await log.query({})).toEqual([row])
      expect(log.shedCount).toBe(0)
    })

    it('survives a file that was cut anywhere', async () => {
      await fill(Array.from({ length: 200 }, (_, at) => noonMs + at))
      const path = join(folder, 'tx-2026-11-22.db')
      const whole = readFileSync(path)

      for (let size = 0; size < whole.length; size += 7001) {
        for (const file of files()) rmSync(join(folder, file))
        writeFileSync(path, whole)
        truncateSync(path, size)
        const row = exampleRow({ startedAtMs: noonMs + hourMs })
        const log = open()
        await log.query({})

        log.append(row)

        expect(await log.find(row.id), `cut to ${size} bytes`).toEqual(row)
        await log.close()
      }
      expect(problems.every(problem => problem instanceof TxLogDamagedException)).toBe(true)
      expect(problems).not.toEqual([])
    })

    it('never overwrites what was set aside before', async () => {
      for (const text of ['first. ', 'second. ']) {
        writeFileSync(join(folder, 'tx-2026-11-22.db'), text.repeat(1000))
        const log = open()
        await log.query({})
        await log.close()
      }

      expect(files()).toEqual(['tx-2026-11-22.db.damaged', 'tx-2026-11-22.db.damaged-2'])
    })

    it('refuses to touch a file of a newer release', async () => {
      await fill([noonMs])
      const database = new DatabaseSync(join(folder, 'tx-2026-11-22.db'))
      database.exec('pragma user_version = 99')
      database.close()

      const log = open()

      const problem = await log.query({}).catch(error => error)
      expect(problem).toBeInstanceOf(TxLogReadException)
      expect(problem.cause.message).toContain('newer release')
      expect(files()).toContain('tx-2026-11-22.db')
    })
  })

  describe('when it can not write', () => {
    it('sheds what goes beyond `pendingMax`, and counts it', async () => {
      const log = open({ pendingMax: 10 })

      for (let at = 0; at < 25; at++) log.append(exampleRow())

      expect(log.shedCount).toBe(15)
      expect(await log.query({})).toHaveLength(10)
    })

    it('takes rows again once those that waited are written', async () => {
      const log = open({ pendingMax: 10 })
      for (let at = 0; at < 10; at++) log.append(exampleRow())
      await log.query({})

      for (let at = 0; at < 10; at++) log.append(exampleRow())

      expect(log.shedCount).toBe(0)
      expect(await log.query({})).toHaveLength(20)
    })

    it('names a full disk, counts what is lost, and goes on when there is room', async () => {
      const log = open({ bytesMax: 400_000, fields: { note: loggable.text(2000) } })
      for (let at = 0; at < 900; at++) {
        log.append(exampleRow({ fields: { note: randomBytes(500).toString('hex') } }))
      }
      await log.query({ limit: 0 })

      expect(problems).toEqual([expect.any(TxLogDiskFullException)])
      expect(problems).toMatchObject([{ data: { lostRows: 900 }, category: 'dependency' }])
      expect(log.shedCount).toBe(900)

      const row = exampleRow()
      log.append(row)
      expect(await log.query({})).toEqual([row])
    })

    it('says so once a minute, counts what is lost, and goes on when the folder is there again', async () => {
      let nowMs = noonMs
      rmSync(folder, { recursive: true })
      writeFileSync(folder, 'a file where the folder should be')
      const log = open({ now: () => nowMs })

      await lose(log, 3)
      await lose(log, 4)
      nowMs += 60_000
      await lose(log, 5)

      expect(problems.filter(problem => problem instanceof TxLogWriteException)).toMatchObject([
        { data: { lostRows: 3 }, category: 'dependency' },
        { data: { lostRows: 9 } },
      ])
      expect(log.shedCount).toBe(12)

      rmSync(folder)
      const row = exampleRow()
      log.append(row)
      expect(await log.query({})).toEqual([row])
    })

    it('leaves out a row that JSON can not carry, and keeps the others', async () => {
      const log = open()
      const fine = exampleRow()
      const endless: { self?: unknown } = {}
      endless.self = endless

      log.append(exampleRow({ causes: [endless as unknown as LoggedCause] }))
      log.append(exampleRow({ durationMs: Number.NaN }))
      log.append(exampleRow({ principal: null as unknown as string }))
      log.append(fine)

      expect(await log.query({})).toEqual([fine])
      expect(log.shedCount).toBe(3)
      expect(problems).toEqual(Array(3).fill(expect.any(UnloggableTxException)))
    })
  })

  it('has after a kill everything that was written before, each row once, and no damage', async () => {
    const written = await writtenUntilKilled()

    const log = open({ now: Date.now })
    const numbers = await allNumbers(log)

    expect(written).toBeGreaterThan(0)
    expect(numbers.length).toBeGreaterThanOrEqual(written)
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, at) => at))
    expect(problems).toEqual([])
  })
})

const appendAndEnd = `
  import { exampleRow } from '${new URL('../example-row.ts', import.meta.url)}'
  import { sqliteTxLog } from '${new URL('./sqlite-tx-log.ts', import.meta.url)}'
  sqliteTxLog({ folder: process.argv.at(-1) }).append(exampleRow({ startedAtMs: Date.now() }))
`

function indexesOf(file: string): unknown[] {
  const database = new DatabaseSync(join(folder, file), { readOnly: true })
  try {
    return database
      .prepare("select name from sqlite_schema where type = 'index'")
      .all()
      .map(({ name }) => name)
  } finally {
    database.close()
  }
}

/** The details of all rows, as they stand in the file. */
function detailsIn(file: string): string[] {
  const database = new DatabaseSync(join(folder, file), { readOnly: true })
  try {
    const blocks = database.prepare('select lines from block').all() as { lines: Uint8Array }[]
    return blocks.flatMap(({ lines }) => decodeBlock(lines).toString().split('\n'))
  } finally {
    database.close()
  }
}

/** A file as the first release wrote it. */
function writeFirstSchema(path: string, rows: readonly TxRow[]): void {
  const database = new DatabaseSync(path)
  database.exec(`
    create table tx (
      id text primary key, parent_id text, kind text not null, operation text not null, started_at_ms real not null,
      duration_ms real not null, status real not null, exception text, category text, principal text, resource text,
      causes text, calls text, fields text
    ) strict, without rowid;
    create index tx_by_exception on tx (exception) where exception is not null;
    create index tx_by_resource on tx (resource) where resource is not null;
    create table skew (min_ms real not null, max_ms real not null) strict;
    insert into skew values (-0.25, 0);
    pragma user_version = 1;
  `)
  const insert = database.prepare(`insert into tx values (${Array(14).fill('?').join(', ')})`)
  for (const row of rows) {
    insert.run(
      row.id,
      row.parentId ?? null,
      row.kind,
      row.operation,
      row.startedAtMs,
      row.durationMs,
      row.status,
      row.exception ?? null,
      row.category ?? null,
      row.principal ?? null,
      row.resource ?? null,
      row.causes.length === 0 ? null : JSON.stringify(row.causes),
      null,
      Object.keys(row.fields).length === 0 ? null : JSON.stringify(row.fields),
    )
  }
  database.close()
}

function files(): string[] {
  return readdirSync(folder)
    .filter(name => !name.endsWith('-wal') && !name.endsWith('-shm'))
    .sort()
}

/** Leaves a folder with transactions of these times, closed. */
async function fill(times: readonly number[]): Promise<void> {
  const log = open({ retentionDays: 1000 })
  for (const startedAtMs of times) log.append(exampleRow({ startedAtMs }))
  await log.close()
}

/** Appends rows that can't be written, and awaits that this is known. */
async function lose(log: TxLog, rowCount: number): Promise<void> {
  const shedBefore = log.shedCount
  for (let at = 0; at < rowCount; at++) log.append(exampleRow())
  await log.query({}).catch(error => expect(error).toBeInstanceOf(TxLogReadException))
  expect(log.shedCount).toBe(shedBefore + rowCount)
}

/** Runs a process that logs, kills it in the midst of it, and returns how many rows it knew to be written. */
async function writtenUntilKilled(): Promise<number> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./kill-test-child.ts', import.meta.url)), folder],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const exited = once(child, 'exit')
  let written = 0
  for await (const line of createInterface(child.stdout)) {
    written = Number(line)
    if (written >= 3000) child.kill('SIGKILL')
  }
  await exited
  return written
}

async function allNumbers(log: TxLog): Promise<number[]> {
  const numbers: number[] = []
  let page = await log.query({ limit: 1000 })
  while (page.length > 0) {
    numbers.push(...page.map(({ fields: { number } }) => Number(number)))
    const { id: before } = page.at(-1) as TxRow
    page = await log.query({ limit: 1000, before })
  }
  return numbers.reverse()
}
