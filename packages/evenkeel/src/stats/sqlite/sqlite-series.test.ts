import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Exception } from '../../exceptions/exception.ts'
import { SeriesDamagedException, SeriesReadException, SeriesWriteException } from '../exceptions.ts'
import { type MemoryStats, memoryStats } from '../memory-stats.ts'
import { seriesContract } from '../series.contract.ts'
import type { Series } from '../series.ts'
import type { Outcome } from '../stats.ts'
import { type SqliteSeriesOptions, sqliteSeries } from './sqlite-series.ts'

const noonMs = Date.UTC(2026, 10, 22, 12)
const noon = noonMs / 1000
const always = { fromSecond: 0, toSecond: noon + 365 * 86_400 }

let folder: string
let path: string
let nowMs: number
let problems: Exception[]
let opened: Series[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'series-'))
  path = join(folder, 'series.db')
  nowMs = noonMs
  problems = []
  opened = []
})

afterEach(async () => {
  await Promise.all(opened.map(series => series.close()))
  rmSync(folder, { recursive: true, force: true })
})

function open(options: Partial<SqliteSeriesOptions> = {}): { stats: MemoryStats; series: Series } {
  const stats = memoryStats({ now: () => nowMs })
  const series = sqliteSeries({
    stats,
    path,
    now: () => nowMs,
    onProblem: problem => problems.push(problem),
    ...options,
  })
  opened.push(series)
  return { stats, series }
}

let contractFile = 0
seriesContract('sqliteSeries', async options => {
  contractFile++
  return sqliteSeries({ path: join(folder, `contract-${contractFile}.db`), ...options })
})

describe('sqliteSeries', () => {
  it('still has after a restart what it had before, the last second included', async () => {
    const before = open()
    before.stats.record(success())
    nowMs += 61_000
    before.stats.record(success())
    await before.series.close()

    const after = open()

    expect(await countIn(after.series)).toBe(2)
    expect(await after.series.seconds(noon, noon + 100)).toHaveLength(2)
  })

  it('adds up what several processes count side by side, each second once', async () => {
    const [one, another] = [open({ release: 'old' }), open({ release: 'new' })]
    for (let minute = 0; minute < 5; minute++) {
      for (let second = 0; second < 60; second += 20) {
        nowMs = noonMs + (minute * 60 + second) * 1000
        one.stats.record(success())
        another.stats.record(failure())
        // Both add minutes up, in turns.
        await one.series.seconds(0, 0)
        await another.series.seconds(0, 0)
      }
    }
    nowMs += 60_000
    await Promise.all([one.series.seconds(0, 0), another.series.seconds(0, 0)])

    expect(await countIn(one.series)).toBe(30)
    const loss = await another.series.loss({
      window: { fromSecond: noon, toSecond: noon + 300 },
      by: 'release',
    })
    expect(loss).toMatchObject({
      window: { count: 30, successRate: 0.5 },
      shares: [{ of: 'new', count: 15 }],
    })
    expect((await one.series.seconds(noon, noon + 1))[0]?.outcomes).toHaveLength(2)
  })

  it('loses of a process that is killed nothing that was written, and counts none of it twice', async () => {
    for (let kills = 0; kills < 3; kills++) {
      const countBefore = await countIn(open({ now: () => noonMs + 86_400_000 }).series)
      const marksPath = `${path}.marks-${kills}`
      const child = spawn(process.execPath, [childPath, path, marksPath], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const exited = once(child, 'exit')
      let written = 0
      for await (const text of child.stdout) {
        written = Number(String(text).trim().split('\n').at(-1))
        if (written > 30) child.kill('SIGKILL')
      }
      await exited

      const count = (await countIn(open({ now: () => noonMs + 86_400_000 }).series)) - countBefore
      expect(count).toBeGreaterThanOrEqual(written)
      expect(count).toBeLessThanOrEqual(statSync(marksPath).size)
    }
  }, 60_000)

  it('writes by itself, without being asked or closed', async () => {
    const { stats } = open()
    const reader = open()
    stats.record(success())

    nowMs += 1000

    await expect.poll(() => reader.series.seconds(noon, noon + 1), { timeout: 10_000 }).toHaveLength(1)
  })

  describe('limits', () => {
    it('counts combinations beyond its limit as the operation `other`, and keeps their class', async () => {
      const { stats, series } = open({ combinationsMax: 3 })
      for (let at = 0; at < 20; at++) stats.record(failure({ operation: `GET /${at}` }))
      nowMs += 60_000

      const { window, shares } = await series.loss({ window: always, by: 'operation' })
      await series.close()
      const again = await open({ combinationsMax: 3 }).series.loss({ window: always, by: 'operation' })

      expect(window.count).toBe(20)
      expect(again.shares.map(({ of, count }) => [of, count])).toEqual([
        ['other', 17],
        ['GET /0', 1],
        ['GET /1', 1],
        ['GET /2', 1],
      ])
      expect(shares.reduce((sum, { count }) => sum + count, 0)).toBe(20)
    })

    it('counts classes beyond its limit as `other`, for callers alike', async () => {
      const { stats, series } = open({ classesMax: 2 })
      for (const exception of ['A', 'B', 'C', 'D']) stats.record(failure({ exception, caller: 'project:1' }))
      nowMs += 60_000
      await series.close()

      const { shares } = await open().series.loss({ window: always, by: 'caller' })

      expect(shares.map(({ exception, of, count }) => [exception, of, count])).toEqual([
        ['other', 'project:1', 2],
        ['A', 'project:1', 1],
        ['B', 'project:1', 1],
      ])
    })

    it('gives up the oldest minutes when the file has grown too large, and keeps the hours', async () => {
      const { stats, series } = open({ sizeBytesMax: 100_000 })
      for (let minute = 0; minute < 300; minute++) {
        for (let at = 0; at < 20; at++)
          stats.record(success({ operation: `GET /${at}`, durationMs: 2 ** at }))
        nowMs += 60_000
        await series.seconds(0, 0)
      }

      const minutes = await series.stretches(always, 60)
      const hours = await series.stretches(always, 3600)

      expect(minutes.length).toBeGreaterThan(5)
      expect(minutes.length).toBeLessThan(200)
      expect(minutes.at(-1)?.fromSecond).toBe(noon + 299 * 60)
      expect(hours.flatMap(({ outcomes }) => outcomes).reduce((sum, { count }) => sum + count, 0)).toBe(6000)
    })
  })

  describe('when something is wrong with the file', () => {
    it('sets a damaged one aside, says so, and begins anew', async () => {
      writeFileSync(path, 'This is no database. '.repeat(500))
      const { stats, series } = open()
      stats.record(success())

      expect(await countIn(series)).toBe(1)
      expect(problems).toEqual([expect.any(SeriesDamagedException)])
      expect(readdirSync(folder)).toContain('series.db.damaged')
    })

    it('refuses to touch one of a newer release', async () => {
      const { series } = open()
      await series.seconds(0, 0)
      await series.close()
      const database = new DatabaseSync(path)
      database.exec('pragma user_version = 99')
      database.close()

      const problem = await open()
        .series.seconds(0, 0)
        .catch(error => error)

      expect(problem).toBeInstanceOf(SeriesReadException)
      expect(problem.cause.message).toContain('newer release')
    })

    it('keeps what can not be written, says so once, and writes it when it can', async () => {
      mkdirSync(path)
      const { stats, series } = open()
      for (let at = 0; at < 3; at++) {
        stats.record(success())
        nowMs += 1000
        await expect(series.seconds(0, 0)).rejects.toThrow(SeriesReadException)
      }
      expect(problems).toEqual([expect.any(SeriesWriteException)])

      rmSync(path, { recursive: true })
      stats.record(success())

      expect(await countIn(series)).toBe(4)
      await series.close()
      expect(await countIn(open().series)).toBe(4)
    })

    it('loses the oldest seconds beyond its limit, and counts them', async () => {
      mkdirSync(path)
      const { stats, series } = open({ pendingMax: 2 })
      for (let at = 0; at < 6; at++) {
        stats.record(success())
        nowMs += 61_000
        await series.seconds(0, 0).catch(() => undefined)
      }
      stats.record(success())

      rmSync(path, { recursive: true })

      expect(await countIn(series)).toBeLessThan(7)
      const lost = problems.map(({ data }) => Number(data['lostSeconds']))
      expect(lost[0]).toBe(0)
      expect(lost.at(-1)).toBeGreaterThan(0)
    })
  })
})

const childPath = fileURLToPath(new URL('./kill-test-child.ts', import.meta.url))

/** How much was counted in all. */
async function countIn(series: Series): Promise<number> {
  const days = await series.stretches(always, 86_400)
  return days.flatMap(({ outcomes }) => outcomes).reduce((sum, { count }) => sum + count, 0)
}

function success(parts: Partial<Outcome> = {}): Outcome {
  return {
    kind: 'request',
    operation: 'GET /v1/servers',
    exception: undefined,
    category: undefined,
    status: 200,
    durationMs: 1,
    ...parts,
  }
}

function failure(parts: Partial<Outcome> = {}): Outcome {
  return success({ exception: 'DiskFullException', category: 'dependency', status: 503, ...parts })
}
