import { describe, expect, it } from 'vitest'
import { promised } from './judged.fixture.ts'
import { ask, type Model } from './model.ts'
import { nothingSeen, type Seen } from './seen.ts'
import { checkThings, type OwnedThing } from './things.ts'

/** A volume at the server `s1` that somebody was promised. */
function promisedVolume(): ReturnType<typeof promised> & { volume: OwnedThing } {
  const { model, server } = promised()
  const volume = model.orderThing('volume', { sizeGb: [10], server: ['s1'] })
  volume.id = 'v9'
  volume.asks[0].answer = 'acknowledged'
  return { model, server, volume }
}

const shown = {
  href: '/v1/volumes/v9',
  uuid: 'v9',
  name: 'volume-2',
  size_gb: 10,
  server_uuids: ['s1'],
  tags: { thing: 'volume-2' },
}
const seeing = (fields: Partial<typeof shown> = {}): Seen => ({
  ...nothingSeen,
  volumes: [{ ...shown, ...fields }],
})
const complaints = (model: Model, seen: Seen) =>
  checkThings(model, seen).map(({ object, what }) => `${object} ${what}`)

describe('what was ordered by itself', () => {
  it('is there as it was promised', () => {
    const { model } = promisedVolume()

    expect(complaints(model, seeing())).toEqual([])
    expect(complaints(model, nothingSeen)).toEqual(['volume-2 v9 was acknowledged, and is gone'])
    expect(complaints(model, seeing({ size_gb: 11 }))).toEqual([
      'volume-2 v9 has sizeGb 11, and must have 10',
    ])
  })

  it('has one size or the other when the answer to a change was lost', () => {
    const { model, volume } = promisedVolume()
    volume.may.sizeGb = [10, 20]

    expect(complaints(model, seeing({ size_gb: 20 }))).toEqual([])
    expect(complaints(model, seeing({ size_gb: 10 }))).toEqual([])
  })

  it('belongs to nothing only when its server was deleted', () => {
    const { model, server } = promisedVolume()
    const alone = seeing({ server_uuids: [] })

    expect(complaints(model, alone)).toEqual(['volume-2 v9 has server null, and must have s1'])
    ask(server, 'server.delete').answer = 'acknowledged'
    expect(complaints(model, alone)).toEqual([])
  })

  it('may be there or not when nobody heard of its creation, and must not when that was refused', () => {
    const { model, volume } = promisedVolume()
    volume.asks[0].answer = 'lost'

    expect(complaints(model, nothingSeen)).toEqual([])
    expect(complaints(model, seeing())).toEqual([])
    volume.asks[0].answer = 'refused'
    expect(complaints(model, seeing())).toEqual(['volume-2 v9 is there, though it was refused'])
  })

  it('does not come back once it was deleted, or seen to be gone', () => {
    const { model, volume } = promisedVolume()
    ask(volume, 'volume.delete').answer = 'lost'

    expect(complaints(model, nothingSeen)).toEqual([])
    expect(complaints(model, seeing())).toEqual(['volume-2 v9 is back, after its deletion was acknowledged'])
  })

  it('is not there if nobody has ordered it', () => {
    expect(complaints(promised().model, seeing())).toEqual([
      'volume-2 v9 is there, and nobody has ordered it',
    ])
  })
})
