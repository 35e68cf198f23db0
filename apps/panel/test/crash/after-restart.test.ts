import { describe, expect, it } from 'vitest'
import { checkAfterRestart } from './after-restart.ts'
import { nothingSeenOrTold as nothing, ordered, promised, shown, whole } from './judged.fixture.ts'
import { ask, deletionOf, isPresent, type Model } from './model.ts'
import type { SeenServer } from './seen.ts'

const failed =
  'Not found. Creation failed: a volume could not be made. Nothing of it is left in your project. (incident A1)'

const everything = { ...nothing, servers: whole.servers, volumes: whole.volumes }
const showing = (fields: Partial<SeenServer>) => ({ ...everything, servers: [{ ...shown, ...fields }] })
const complaints = (model: Model, seen: Parameters<typeof checkAfterRestart>[1]) =>
  checkAfterRestart(model, seen).map(({ object, what }) => `${object} ${what}`)

describe('a creation that was acknowledged', () => {
  it('is there', () => {
    expect(complaints(promised().model, everything)).toEqual([])
  })

  it('is lost when the list does not have it', () => {
    expect(complaints(promised().model, nothing)).toEqual([
      'server crash-1 s1 was acknowledged, and is gone: it is not in the list',
    ])
  })

  it('may have been rolled back, and its owner is told so', () => {
    const { model, server } = promised()

    expect(complaints(model, { ...nothing, reasons: new Map([['s1', failed]]) })).toEqual([])
    expect(isPresent(server)).toBe(false)
  })

  it('is not rolled back any more once it has been seen to run', () => {
    const { model } = promised()
    checkAfterRestart(model, everything)

    expect(complaints(model, { ...nothing, reasons: new Map([['s1', failed]]) })).toHaveLength(3) // its volumes, too
  })

  it('keeps the tag that was acknowledged', () => {
    expect(complaints(promised().model, showing({ tags: { mark: 'm0' } }))).toEqual([
      'server crash-1 s1 has the tag m0, and must have m1',
    ])
  })

  it('keeps one of two tags if an answer was lost, and from then on that one', () => {
    const { model, server } = promised()
    server.marks = ['m1', 'm2']

    expect(complaints(model, showing({ tags: { mark: 'm2' } }))).toEqual([])
    expect(complaints(model, showing({ tags: { mark: 'm1' } }))).toHaveLength(1)
  })
})

describe('a creation whose answer was lost', () => {
  it('is taken over if it is there', () => {
    const { model, server } = ordered()
    server.asks[0].answer = 'lost'

    expect(complaints(model, everything)).toEqual([])
    expect(isPresent(server)).toBe(true)
    expect(server.uuid).toBe('s1')
  })

  it('must not turn up once it was not there', () => {
    const { model, server } = ordered()
    server.asks[0].answer = 'lost'
    checkAfterRestart(model, nothing)

    expect(complaints(model, everything)).toEqual([
      'server crash-1 is back, after nobody could find it any more',
    ])
  })
})

describe('a deletion', () => {
  it('that was acknowledged is for ever, that of the root volume, too', () => {
    const { model, server } = promised()
    ask(server, 'server.delete').answer = 'acknowledged'

    expect(complaints(model, nothing)).toEqual([])
    expect(complaints(model, everything)).toEqual([
      'server crash-1 s1 is back, after its deletion was acknowledged',
      'volume v1 of server crash-1 is back, after its end',
    ])
  })

  it.each([
    ['has happened if the server is gone', nothing, 'acknowledged'],
    ['has not if it is there', everything, undefined],
  ])('whose answer was lost %s', (_, seen, decided) => {
    const { model, server } = promised()
    ask(server, 'server.delete').answer = 'lost'

    expect(complaints(model, seen)).toEqual([])
    expect(deletionOf(server)).toBe(decided)
  })
})

it('finds a server that nobody has ordered', () => {
  const { model } = promised()
  const stranger = { ...shown, name: 'stranger', uuid: 's2' }

  expect(complaints(model, { ...everything, servers: [shown, stranger] })).toEqual([
    'server stranger s2 is there, and nobody has ordered it',
  ])
})
