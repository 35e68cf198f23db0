import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exampleRow } from '../example-row.ts'
import { encodeRow } from './encoded-row.ts'
import { WorkerCalls } from './worker-calls.ts'

describe('WorkerCalls', () => {
  let folder: string
  let calls: WorkerCalls
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tx-log-'))
    calls = new WorkerCalls({ folder }, () => {})
  })
  afterEach(async () => {
    await calls.end()
    rmSync(folder, { recursive: true })
  })

  it('answers in the order in which it was asked', async () => {
    const row = exampleRow()

    const appended = calls.ask({ kind: 'append', rows: [encodeRow(row)] })
    const found = calls.ask({ kind: 'find', id: row.id })

    await expect(appended).resolves.toBeUndefined()
    await expect(found).resolves.toMatchObject({ id: row.id })
  })

  it('rejects with what the worker threw, and goes on', async () => {
    const wrong = calls.ask({ kind: 'append', rows: [['not an id']] })
    const right = calls.ask({ kind: 'query', query: {} })

    await expect(wrong).rejects.toThrow()
    await expect(right).resolves.toEqual([])
  })

  it('rejects all that waits when the worker dies, and starts another with the next request', async () => {
    // A request that is none kills the worker: its code is not prepared for one.
    const deadly = calls.ask(undefined as never)
    const waiting = calls.ask({ kind: 'query', query: {} })

    await expect(deadly).rejects.toThrow(TypeError)
    await expect(waiting).rejects.toThrow(TypeError)
    await expect(calls.ask({ kind: 'query', query: {} })).resolves.toEqual([])
  })

  it('ends more than once', async () => {
    await calls.ask({ kind: 'query', query: {} })

    await calls.end()

    await expect(calls.end()).resolves.toBeUndefined()
  })
})
