import { describe, expect, it } from 'vitest'
import { noAmounts } from '../records/quota-amounts.ts'
import type { Combination } from './combinations.ts'
import { type Outcome, row, summary } from './report.ts'
import type { Aftermath } from './strike.ts'

const combination: Combination = {
  operation: 'volumes.create',
  fault: 'busy',
  scene: 'creates a server',
  orders: [],
}
const fine: Aftermath = {
  end: 'done',
  attempts: 2,
  orphans: [],
  quotaUse: noAmounts,
  isQuotaExact: true,
  complaints: [],
}
const outcome = (aftermath: Partial<Aftermath> = {}): Outcome => ({
  combination,
  aftermath: { ...fine, ...aftermath },
})

describe('row', () => {
  it('tells a combination in one line', () => {
    const told = ['volumes.create', 'busy', 'creates a server', 'done', '2', '0', 'none']

    expect(row(outcome()).split(/ {2,}/)).toEqual(told)
  })

  it('puts what is wrong below it', () => {
    const quotaUse = { ...noAmounts, servers: 1, vcpus: 1, memoryGb: 4, volumeGb: 30 }
    const [line, ...complaints] = row(outcome({ quotaUse, complaints: ['volume 7 is left'] })).split('\n')

    expect(line).toContain('1 servers, 1 vCPUs, 4 GB memory, 30 GB volumes')
    expect(complaints).toEqual(['  ✗ volume 7 is left'])
  })
})

describe('summary', () => {
  it('counts what is left over all combinations', () => {
    expect(summary([outcome(), outcome()])).toBe('2 combinations, 0 orphans, quota exact')
  })

  it('says what is wrong', () => {
    const pointer = { kind: 'pointer', id: '203.0.113.2' } as unknown as Aftermath['orphans'][number]
    const wrong = outcome({ orphans: [pointer], isQuotaExact: false, complaints: ['something'] })

    expect(summary([outcome(), wrong])).toBe('2 combinations, 1 orphans, quota wrong, 1 not as they must be')
  })
})
