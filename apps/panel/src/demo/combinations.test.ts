import { describe, expect, it } from 'vitest'
import { faultKinds } from '../cloud/embedded/fault-order.ts'
import { type CloudOperation, cloudOperations } from '../cloud/embedded/operations.ts'
import { combinationsOf } from './combinations.ts'
import { scenes } from './scenes.ts'

const all = combinationsOf(cloudOperations)
const at = (operation: CloudOperation) => all.filter(combination => combination.operation === operation)

describe('combinationsOf', () => {
  it('has every kind of fault once in every scene that leads to an operation', () => {
    const places = Map.groupBy(all, ({ operation, scene }) => `${operation} while a customer ${scene}`)

    for (const [place, struck] of places)
      expect(
        struck.map(({ fault }) => fault),
        place,
      ).toEqual(faultKinds)
  })

  it('leaves out only what nobody causes', () => {
    const left = cloudOperations.filter(operation => at(operation).length === 0)

    expect(left).toEqual(['images.getImage'])
  })

  it('has what different actions do to different kinds of objects in a scene of each', () => {
    const made = new Set(at('loadBalancers.createPart').map(({ scene }) => scene))

    expect([...made]).toEqual([
      'creates a pool',
      'creates a member',
      'creates a listener',
      'creates a monitor',
    ])
  })

  it('loses an answer first where only a lost answer leads to the operation', () => {
    const [refused] = at('volumes.find')

    expect(refused?.orders).toEqual([
      { operation: 'volumes.create', kind: 'lose-answer' },
      { operation: 'volumes.find', kind: 'refuse', delayMs: 250 },
    ])
  })

  it('plays every scene that there is', () => {
    const played = new Set<string>(all.map(({ scene }) => scene))

    expect(Object.keys(scenes).filter(scene => !played.has(scene))).toEqual([])
  })
})
