import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exampleRow } from '../example-row.ts'
import type { TxRow } from '../tx-log.ts'
import { type PackedRows, RowPacker } from './packed-rows.ts'
import { WorkerCalls } from './worker-calls.ts'

describe('WorkerCalls', () => {
  let folder: string
  let calls: WorkerCalls
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tx-log-'))
    calls = new WorkerCalls({ folder, bytesMax: 1e9, sliceBytesMax: 1e8 }, () => {})
  })
  afterEach(async () => {
    await calls.end()
    rmSync(folder, { recursive: true })
  })

  it('answers in the order in which it was asked', async () => {
    const row = exampleRow()

    const appended = calls.ask({ kind: 'append', rows: packed(row) })
    const found = calls.ask({ kind: 'find', id: row.id })

    await expect(appended).resolves.toBeUndefined()
    await expect(found).resolves.toMatchObject({ id: row.id })
  })

  it('rejects with what the worker threw, and goes on', async () => {
    const wrong = calls.ask({
      kind: 'append',
      rows: { count: 1, texts: new Uint8Array(), numbers: new Float64Array() },
    })
    const right = calls.ask(question)

    await expect(wrong).rejects.toThrow()
    await expect(right).resolves.toEqual([])
  })

  it('rejects all that waits when the worker ends, and starts another with the next request', async () => {
    const deadly = calls.ask({ kind: 'close' })
    const waiting = calls.ask(question)

    await deadly
    await expect(waiting).rejects.toThrow('ended')
    await expect(calls.ask(question)).resolves.toEqual([])
  })

  it('ends more than once', async () => {
    await calls.ask(question)

    await calls.end()

    await expect(calls.end()).resolves.toBeUndefined()
  })
})

const question = { kind: 'query', query: {}, searchedMax: 1 } as const

function packed(row: TxRow): PackedRows {
  const packer = new RowPacker()
  packer.add(row)
  return packer.take()
}
