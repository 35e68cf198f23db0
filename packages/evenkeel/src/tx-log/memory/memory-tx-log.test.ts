import { describe, expect, it } from 'vitest'
import { exampleRow } from '../example-row.ts'
import { txLogContract } from '../tx-log.contract.ts'
import { memoryTxLog } from './memory-tx-log.ts'

txLogContract('memoryTxLog', async options => memoryTxLog(options))

describe('memoryTxLog', () => {
  it('forgets what was logged first when it holds more than `rowsMax`', async () => {
    const log = memoryTxLog({ rowsMax: 2 })
    const [first, second, third] = [exampleRow(), exampleRow(), exampleRow()]

    for (const row of [first, second, third]) log.append(row)

    expect(await log.find(first.id)).toBeUndefined()
    expect(await log.query({})).toEqual([third, second])
    expect(log.shedCount).toBe(0)
  })
})
