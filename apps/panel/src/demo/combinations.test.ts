import { describe, expect, it } from 'vitest'
import { faultKinds } from '../cloud/embedded/fault-order.ts'
import { cloudOperations } from '../cloud/embedded/operations.ts'
import { combinationsOf } from './combinations.ts'

const all = combinationsOf(cloudOperations)
const at = (operation: string) => all.filter(combination => combination.operation === operation)

describe('combinationsOf', () => {
  it('has every kind of fault once at each operation of creating and deleting a server', () => {
    const operations = [...new Set(all.map(({ operation }) => operation))]

    expect(operations).toHaveLength(17)
    expect(all).toHaveLength(operations.length * faultKinds.length)
    for (const operation of operations) expect(at(operation).map(({ fault }) => fault)).toEqual(faultKinds)
  })

  it('leaves out what only changes of a running server use', () => {
    expect(at('compute.resizeServer')).toEqual([])
    expect(at('compute.rebootServer')).toEqual([])
  })

  it('strikes what removes at the deletion, and everything else at the creation', () => {
    const atDeletion = all.filter(({ at }) => at === 'deletion').map(({ operation }) => operation)

    expect([...new Set(atDeletion)]).toEqual([
      'network.deletePort',
      'volumes.delete',
      'compute.deleteServer',
      'dns.removePointer',
    ])
  })

  it('loses an answer first where only a lost answer leads to the operation', () => {
    const [refused] = at('volumes.find')

    expect(refused?.orders).toEqual([
      { operation: 'volumes.create', kind: 'lose-answer' },
      { operation: 'volumes.find', kind: 'refuse', delayMs: 250 },
    ])
  })
})
