import { describe, expect, it } from 'vitest'
import { Filter, runInTx, type Service, Transaction } from '../filters/index.ts'
import { type ErasedPrincipal, erasePrincipal } from './erase-principal.ts'
import { exampleRow } from './example-row.ts'
import { TxLogClosedException } from './exceptions.ts'
import { memoryTxLog } from './memory/memory-tx-log.ts'
import { loggable } from './redaction/loggable.ts'

const openLog = () => memoryTxLog({ fields: { erasedRows: loggable.number() } })

describe('erasePrincipal', () => {
  it('erases from every log', async () => {
    const logs = [openLog(), openLog()] as const
    for (const log of logs) log.append(exampleRow({ principal: 'ada' }))

    const { rowCount } = await erasePrincipal('ada', { logs })

    expect(rowCount).toBe(2)
    for (const log of logs) expect(await log.query({ principal: 'ada' })).toEqual([])
  })

  it('is logged as a transaction that says who ordered it, and not whose rows they were', async () => {
    const log = openLog()
    log.append(exampleRow({ principal: 'ada' }))
    const ordering = new Transaction({ kind: 'request', operation: 'POST /erasures' })
    ordering.principal = 'operator'

    const { txId } = await runInTx(ordering, () => erasePrincipal('ada', { logs: [log] }))

    const rows = await log.query({})
    expect(rows).toMatchObject([
      {
        id: txId,
        parentId: ordering.id,
        kind: 'background',
        operation: 'tx-log.erase',
        principal: 'operator',
        fields: { erasedRows: 1 },
      },
    ])
    expect(JSON.stringify(rows)).not.toContain('ada')
  })

  it('is logged also when it fails', async () => {
    const [log, closed] = [openLog(), openLog()]
    await closed.close()

    await expect(erasePrincipal('ada', { logs: [log, closed] })).rejects.toThrow(TxLogClosedException)

    expect(await log.query({})).toMatchObject([{ exception: 'TxLogClosedException', category: 'dependency' }])
  })

  it('runs within the filters that it is given', async () => {
    const seen: string[] = []
    class Watching extends Filter<string, ErasedPrincipal> {
      override apply(principal: string, next: Service<string, ErasedPrincipal>): Promise<ErasedPrincipal> {
        seen.push(principal)
        return next(principal)
      }
    }

    await erasePrincipal('ada', { logs: [openLog()], filters: [new Watching()] })

    expect(seen).toEqual(['ada'])
  })
})
