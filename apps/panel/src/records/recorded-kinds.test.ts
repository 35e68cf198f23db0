import { describe, expect, it } from 'vitest'
import { planner } from './query-plans.fixture.ts'
import { recordedKinds } from './recorded-kinds.ts'

const kinds = Object.entries(recordedKinds)

describe('what the records say is at the cloud', () => {
  it.each(kinds)('lists every %s by an index, whatever their number', async (_kind, records) => {
    await using plans = await planner()
    const { asked } = plans

    await records.list(asked, { after: 'a', limit: 10 })
    await records.find(asked, 'a')

    for (const step of plans.steps()) expect(step).not.toMatch(/^SCAN (?!json_each|\(subquery)|TEMP B-TREE/)
  })

  it.each(kinds)('finds by what is at work whether a %s is of that, by an index', async (_kind, records) => {
    await using plans = await planner()
    const { asked } = plans

    await records.isOfAny(asked, 'a', ['b'])

    for (const step of plans.steps()) expect(step).not.toMatch(/^SCAN (?!json_each)/)
  })
})
