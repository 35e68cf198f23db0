import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withShortIds } from './short.ts'

describe('withShortIds', () => {
  it('cuts every UUID to its first eight digits', () => {
    const text = 'server:1f15dfef-a6e8-49ce-8416-faa3cd4496a9, volume:91a1f0c6-ab51-46d4-99bc-4ff36853dff2'

    expect(withShortIds(text)).toBe('server:1f15dfef…, volume:91a1f0c6…')
  })

  it('keeps whatever stands around it', () => {
    fc.assert(
      fc.property(fc.uuid(), id => {
        expect(withShortIds(`volume:${id}/root`)).toBe(`volume:${id.slice(0, 8)}…/root`)
      }),
    )
  })

  it('leaves any other text as it is', () => {
    expect(withShortIds('zone:rma1 20250809-1200')).toBe('zone:rma1 20250809-1200')
  })
})
