import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newTxId, type TxId } from 'evenkeel'
import { sqliteTxLog, type TxLog } from 'evenkeel/tx-log'
import { median, report } from '../figure.ts'
import { fields, missing, principals, rowNumber } from './rows.ts'

const dayMs = 24 * 60 * 60 * 1000
const hourMs = dayMs / 24
const fromMs = Date.UTC(2026, 10, 21)
const runs = 31
const sliceBytesMax = 64 * 1024 ** 2

/** How fast a day of many rows answers, and what it takes on the disk. */
export async function queries(rowCount: number): Promise<void> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'evenkeel-bench-'))
  // The day is over: its files get their indexes while they are written, as they would in the days after.
  const log = sqliteTxLog({
    folder: folder.path,
    fields,
    bytesMax: Number.POSITIVE_INFINITY,
    sliceBytesMax,
    now: () => fromMs + dayMs + hourMs + performance.now(),
  })
  await using closing = new AsyncDisposableStack()
  closing.defer(() => log.close())
  const ids = await fill(log, rowCount)
  const { sizeBytes } = await log.figures()
  console.log(`${rowCount} rows in one day, ${(sizeBytes / 2 ** 30).toFixed(2)} GiB`)
  report({
    figure: 'disk per row with 300-byte bodies',
    value: sizeBytes / rowCount,
    unit: 'bytes',
    aim: { atMost: 350 },
  })

  const some = (choices: number) => Math.floor(Math.random() * choices)
  await measure(
    'by id',
    2,
    () => log.find(ids[some(ids.length)] as TxId),
    row => row !== undefined,
  )
  await measure(
    'by class and minute over one hour',
    50,
    () => {
      const hourFromMs = fromMs + some(23) * hourMs
      return log.exceptionsByMinute({ fromMs: hourFromMs, toMs: hourFromMs + hourMs })
    },
    counts => counts.length >= 180,
  )
  await measure(
    'newest 50 of a class',
    20,
    () => log.query({ exception: missing }),
    rows => rows.length === 50,
  )
  await measure(
    'all of a principal in a day',
    100,
    () => allOf(log, `project:${some(principals)}`),
    count => count === rowCount / principals,
  )
}

/** Rows spread over the day. Returns some of their ids. */
async function fill(log: TxLog, rowCount: number): Promise<TxId[]> {
  const ids: TxId[] = []
  for (let number = 0; number < rowCount; number++) {
    const startedAtMs = fromMs + Math.floor((number * dayMs) / rowCount)
    const id = newTxId(startedAtMs)
    log.append(rowNumber(number, { id, startedAtMs }))
    if (number % 10_007 === 0) ids.push(id)
    if (number % 20_000 === 0) await log.query({ limit: 0 })
  }
  if (log.shedCount > 0) throw new Error(`${log.shedCount} rows were shed.`)
  // The indexes of what has ended are built one after the other, and one of them takes a while.
  for (let [sizeBytes, unchanged] = [0, 0]; unchanged < 5; ) {
    await new Promise(resolve => setTimeout(resolve, 3000))
    const now = (await log.figures()).sizeBytes
    unchanged = now === sizeBytes ? unchanged + 1 : 0
    sizeBytes = now
  }
  return ids
}

async function allOf(log: TxLog, principal: string): Promise<number> {
  let [count, page] = [0, await log.query({ principal, fromMs, toMs: fromMs + dayMs, limit: 1000 })]
  while (page.length > 0) {
    count += page.length
    if (page.length < 1000) break
    const { id: before } = page.at(-1) as { id: TxId }
    page = await log.query({ principal, fromMs, toMs: fromMs + dayMs, limit: 1000, before })
  }
  return count
}

async function measure<T>(
  what: string,
  atMostMs: number,
  ask: () => Promise<T>,
  isRight: (answer: T) => boolean,
): Promise<void> {
  const times: number[] = []
  for (let run = 0; run < runs; run++) {
    const startedAtMs = performance.now()
    const answer = await ask()
    times.push(performance.now() - startedAtMs)
    if (!isRight(answer))
      throw new Error(`${what}: ${JSON.stringify(answer).slice(0, 200)} is not the answer.`)
  }
  report({ figure: `${what}, median`, value: median(times), unit: 'ms', aim: { atMost: atMostMs } })
}
