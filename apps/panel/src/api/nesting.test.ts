import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isDeeperThan } from './nesting.ts'
import { type ApiForTests, apiForTests } from './testing.ts'

describe('a body', () => {
  let api: ApiForTests
  beforeEach(async () => {
    api = await apiForTests({ isCloudThere: false })
  })
  afterEach(() => api.dispose())

  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
  const post = (payload: string) =>
    api.send('POST', '/v1/servers', undefined, { payload, headers: { 'content-type': 'application/json' } })

  it.each([40, 5_000, 200_000])(
    'that is %d levels deep is refused, and nothing breaks over it',
    async levels => {
      const answer = await post(`{"name": ${nested(levels)}}`)

      expect(answer.statusCode).toBe(400)
      expect(answer.json().detail).toContain('nested more than 32 levels deep')
    },
  )

  it('of some levels is judged by what it says', async () => {
    expect((await post(`{"name": ${nested(20)}}`)).json()).toEqual({ name: 'Must be a text.' })
  })
})

describe('the depth of a value', () => {
  it('is that of its deepest part', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0

    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(6), (value, levels) => {
        expect(isDeeperThan(levels, value)).toBe(depthOf(value) > levels)
      }),
    )
  })
})
