/** What counting costs beside prom-client with the same labels, and what asking costs where 30 days went. */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type MemoryStats, memoryStats, type Outcome, type Series, sqliteSeries } from 'evenkeel/stats'
import { Counter, Histogram, Registry } from 'prom-client'
import { median, report } from './figure.ts'
import { GivenSeconds, secondOf } from './stats/filled-series.ts'

const rounds = 21
const callsPerRound = 100_000
const daySeconds = 86_400

const outcomes: Readonly<Record<string, Outcome>> = {
  success: {
    kind: 'request',
    operation: 'GET /v1/servers/{id}',
    exception: undefined,
    category: undefined,
    status: 200,
    durationMs: 12.3,
  },
  exception: {
    kind: 'request',
    operation: 'GET /v1/servers/{id}',
    exception: 'ServerNotFoundException',
    category: 'client',
    status: 404,
    durationMs: 2.3,
  },
}

await compareCounting()
await measureSeries()

/** Takes turns, so that whatever else the machine does hits both alike, and after a round that only warms up. */
async function compareCounting(): Promise<void> {
  const stats = memoryStats()
  const theirs = promClient()
  let expected = 0
  for (const [what, outcome] of Object.entries(outcomes)) {
    const ours = () => stats.record(outcome)
    const peer = () => theirs.record(outcome)
    usPerCall(ours)
    usPerCall(peer)
    const pairs = Array.from({ length: rounds }, () => [usPerCall(ours), usPerCall(peer)] as const)
    const [oursUs, peerUs] = [median(pairs.map(([us]) => us)), median(pairs.map(([, us]) => us))]
    console.log(`${what}: ${oursUs.toFixed(3)} µs, prom-client ${peerUs.toFixed(3)} µs`)
    report({
      figure: `statistics per ${what}, beside prom-client with the same labels`,
      value: median(pairs.map(([us, peerRoundUs]) => us / peerRoundUs)),
      unit: '×',
      aim: { atMost: 1 / 4 },
    })
    expected += (rounds + 1) * callsPerRound
  }
  assertCounted(
    stats.totals().reduce((sum, { count }) => sum + count, 0),
    expected,
  )
  assertCounted(await theirs.counted(), expected)
  costOfHandingOn(stats)
}

/** What the main thread does once a second for the series: the rest is a worker's. */
function costOfHandingOn(stats: MemoryStats): void {
  let nowMs = Date.now()
  const counting = memoryStats({ now: () => nowMs })
  counting.onSecond(second => structuredClone(second))
  const known = stats.totals()
  const times = Array.from({ length: 101 }, () => {
    for (let at = 0; at < 50; at++) {
      const [example] = known
      if (example !== undefined) counting.record({ ...example, operation: `GET /${at}`, durationMs: at + 1 })
    }
    nowMs += 1000
    const startedAtMs = performance.now()
    counting.presentSecond()
    return performance.now() - startedAtMs
  })
  report({
    figure: 'main thread per second of 50 combinations handed to the series',
    value: median(times),
    unit: 'ms',
    aim: { atMost: 1 },
  })
}

async function measureSeries(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-series-'))
  const path = join(folder, 'series.db')
  const stats = new GivenSeconds()
  // In the middle of a minute, an hour and a day, so that the ends of the windows are read from short sums.
  const now = Math.floor(Date.now() / daySeconds) * daySeconds + 12 * 3600 + 34 * 60
  let nowSecond = now - 61 * daySeconds
  const series = sqliteSeries({
    stats,
    path,
    now: () => nowSecond * 1000,
    release: '1.0.0',
    pendingMax: 10_000,
  })
  try {
    while (nowSecond < now) nowSecond = await fillDay(series, stats, nowSecond)
    console.log(`60 days, 200 classes, 100 operations: ${(statSync(path).size / 2 ** 20).toFixed(0)} MiB`)
    const window = { fromSecond: now - 30 * daySeconds, toSecond: now }
    for (const by of [undefined, 'operation', 'caller'] as const) {
      const times: number[] = []
      for (let round = 0; round < rounds; round++) {
        const startedAtMs = performance.now()
        const { shares, window: counted } = await series.loss({ window, ...(by !== undefined && { by }) })
        times.push(performance.now() - startedAtMs)
        if (shares.length !== 101 || counted.count < 1e8)
          throw new Error('The series does not hold what it was given.')
      }
      report({
        figure: `share query over 30 days beside 30 before, by ${by ?? 'class'}`,
        value: median(times),
        unit: 'ms',
        aim: { atMost: 100 },
      })
    }
  } finally {
    await series.close()
    rmSync(folder, { recursive: true })
  }
}

/** Gives the series a day, and has it added up. Returns where the next one begins. */
async function fillDay(series: Series, stats: GivenSeconds, fromSecond: number): Promise<number> {
  for (let minute = 0; minute < 1440; minute++) stats.give(secondOf(Math.floor(fromSecond / 60) + minute))
  await series.seconds(0, 0)
  return fromSecond + daySeconds
}

/** A counter and a histogram with one label for each thing that we tell apart. */
function promClient() {
  const registers = [new Registry()]
  const labelNames = ['kind', 'operation', 'exception', 'category', 'status'] as const
  const requests = new Counter({ name: 'requests_total', help: 'Requests.', labelNames, registers })
  const seconds = new Histogram({ name: 'request_seconds', help: 'Durations.', labelNames, registers })
  return {
    record({ kind, operation, exception, category, status, durationMs }: Outcome): void {
      const labels = { kind, operation, exception: exception ?? '', category: category ?? '', status }
      requests.inc(labels)
      seconds.observe(labels, durationMs / 1000)
    },
    async counted(): Promise<number> {
      const { values } = await requests.get()
      return values.reduce((sum, { value }) => sum + value, 0)
    },
  }
}

function usPerCall(call: () => void): number {
  const startedAtMs = performance.now()
  for (let at = 0; at < callsPerRound; at++) call()
  return ((performance.now() - startedAtMs) * 1000) / callsPerRound
}

/** A comparison is fair only between things that do the same. */
function assertCounted(counted: number, expected: number): void {
  if (counted !== expected) throw new Error(`${expected} outcomes were recorded, and ${counted} counted.`)
}
