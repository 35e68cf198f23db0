import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultQuotas, type QuotaAmounts, quotaColumns, quotaKinds, quotasOf } from './quota-amounts.ts'

describe('the quotas of a project', () => {
  it('are read as they were decided', () => {
    const amounts = fc.record(Object.fromEntries(quotaKinds.map(kind => [kind, fc.nat()])))

    fc.assert(
      fc.property(amounts, quotas => {
        expect(quotasOf(quotaColumns(quotas as unknown as QuotaAmounts))).toEqual(quotas)
      }),
    )
  })

  it('keep nothing of a kind that has its default, so that the default may change', () => {
    expect(quotaColumns({ ...defaultQuotas, networks: 7 }).quotasJson).toBe('{"networks":7}')
  })
})
