import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { sqliteTxLog, type TxLog } from 'evenkeel/tx-log'
import { report } from '../figure.ts'
import { fields, newRow } from './rows.ts'

/** So many rows are appended before the log is asked whether it keeps up: two such strides are fewer than may wait. */
const strideRows = 20_000

/** One process writes as fast as its disk takes it, and sheds nothing. */
export async function sustained(seconds: number): Promise<void> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'evenkeel-bench-'))
  const log = sqliteTxLog({
    folder: folder.path,
    fields,
    bytesMax: Number.POSITIVE_INFINITY,
    sliceBytesMax: 64 * 1024 ** 2,
  })
  const memory: number[] = []
  const startedAtMs = performance.now()
  let rowCount = 0
  let written: Promise<unknown> = Promise.resolve()
  while (performance.now() - startedAtMs < seconds * 1000) {
    await appendStride(log, rowCount)
    rowCount += strideRows
    // As a server does, it goes on while the stride is written; it waits for the stride before.
    await written
    written = log.query({ limit: 0 }) // answered when all before it is written
    memory.push(process.memoryUsage().rss)
  }
  await written
  const elapsedS = (performance.now() - startedAtMs) / 1000
  const { sizeBytes } = await log.figures()
  const { shedCount } = log
  await log.close()

  if (shedCount > 0) throw new Error(`${shedCount} rows were shed: it did not keep up.`)
  console.log(`${rowCount} rows in ${elapsedS.toFixed(1)} s, ${(sizeBytes / 2 ** 30).toFixed(2)} GiB`)
  report({
    figure: `rows of 300-byte bodies sustained to disk for ${seconds} s`,
    value: rowCount / elapsedS,
    unit: 'rows/s',
    aim: { atLeast: 100_000 },
  })
  report({
    figure: 'memory of the last quarter beside the second',
    value: meanOf(memory, 0.75) / meanOf(memory, 0.25),
    unit: '×',
    aim: { atMost: 1.1 },
  })
}

async function appendStride(log: TxLog, from: number): Promise<void> {
  for (let number = from; number < from + strideRows; number++) {
    log.append(newRow(number))
    if (number % 1000 === 0) await setImmediate()
  }
}

/** Of a quarter of the values, from a fraction of them on. */
function meanOf(values: readonly number[], from: number): number {
  const quarter = values.slice(Math.floor(values.length * from), Math.ceil(values.length * (from + 0.25)))
  return quarter.reduce((sum, value) => sum + value, 0) / quarter.length
}
