import { describe, expect, it } from 'vitest'
import { faultKinds } from '../cloud/embedded/fault-order.ts'
import { type CloudOperation, cloudOperations, listOperations } from '../cloud/embedded/operations.ts'
import { combinationsOf } from './combinations.ts'
import { scenes } from './scenes.ts'

const all = combinationsOf(cloudOperations)
const at = (operation: CloudOperation) => all.filter(combination => combination.operation === operation)

describe('combinationsOf', () => {
  it('has every kind of fault once at each operation that customers cause', () => {
    const operations = [...new Set(all.map(({ operation }) => operation))]

    expect(all).toHaveLength(operations.length * faultKinds.length)
    for (const operation of operations) expect(at(operation).map(({ fault }) => fault)).toEqual(faultKinds)
  })

  it('leaves out only what nobody causes', () => {
    const onlyShown = ['loadBalancers.health', 'objectStorage.bucketUsage']
    const left = cloudOperations.filter(operation => at(operation).length === 0)

    expect(left.toSorted()).toEqual(['images.getImage', ...onlyShown, ...listOperations].toSorted())
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
