import { expect, it } from 'vitest'
import { memoryStats } from './memory-stats.ts'
import { teeStats } from './tee-stats.ts'

it('teeStats counts every outcome in all places', () => {
  const [first, second] = [memoryStats(), memoryStats()]

  teeStats(first, second).record({
    kind: 'request',
    operation: 'GET /a',
    exception: undefined,
    category: undefined,
    status: 200,
    durationMs: 1,
  })

  expect(first.totals()).toMatchObject([{ operation: 'GET /a', count: 1 }])
  expect(second.totals()).toEqual(first.totals())
})
