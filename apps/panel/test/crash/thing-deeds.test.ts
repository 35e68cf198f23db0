import { ConflictException } from 'evenkeel'
import { ConnectionLostException, type HttpCall } from 'evenkeel/client'
import { describe, expect, it } from 'vitest'
import { NotDoneException } from '../../src/actions/perform.ts'
import { Chance } from './chance.ts'
import { changeOne } from './change-thing.ts'
import { Customer } from './customer.ts'
import type { Finding } from './finding.ts'
import { Model } from './model.ts'
import { orderOne } from './order-thing.ts'
import { removeOne } from './remove-thing.ts'

interface Answered {
  readonly isEnding?: boolean
  readonly exception?: Error
}

/** A network that somebody was promised, and of which a change, a deletion, or another of its kind is asked. */
async function asked(deed: typeof changeOne, { isEnding = false, exception }: Answered = {}) {
  const model = new Model()
  const network = model.orderThing('network', { mtu: 9000 })
  Object.assign(network, { id: 'n1' })
  network.asks[0].answer = 'acknowledged'
  const findings: Finding[] = []
  const calls: HttpCall[] = []
  const customer = new Customer(async call => {
    calls.push(call)
    if (exception !== undefined) throw exception
    return {
      status: 204,
      headers: new Headers({ 'evenkeel-action': 'a2' }),
      body: { href: '/v1/networks/n2' },
    }
  }, findings)
  const chance = new Chance(1, 'things')
  while (calls.length === 0) await deed({ model, customer, findings, chance, isEnding: () => isEnding })
  const sent = (calls[0]?.body as { mtu?: number } | undefined)?.mtu
  return { model, network, sent, complaints: findings.map(({ object, what }) => `${object} ${what}`) }
}

const notDone = new NotDoneException('the cloud was busy.', 'A7', new ConflictException('busy'))

describe('a change', () => {
  it('that is acknowledged leaves one way to be', async () => {
    const { network, sent } = await asked(changeOne)

    expect(network.may.mtu).toEqual([sent])
    expect(network.asks.at(-1)).toMatchObject({ action: 'network.change', actionId: 'a2' })
  })

  it.each<[string, Answered]>([
    ['whose answer is lost', { exception: new ConnectionLostException({ service: 'panel', operation: '' }) }],
    ['that is acknowledged while the panel ends', { isEnding: true }],
  ])('%s leaves two', async (_, answered) => {
    const { network, sent } = await asked(changeOne, answered)

    expect(network.may.mtu).toEqual([9000, sent])
    expect(network.asks.at(-1)?.answer).toBe('lost')
  })

  it('that was undone leaves it as it was, and is known by its action', async () => {
    const { network } = await asked(changeOne, { exception: notDone })

    expect(network.may.mtu).toEqual([9000])
    expect(network.asks.at(-1)).toMatchObject({ answer: 'refused', actionId: 'A7' })
  })
})

describe('a deletion', () => {
  it('is refused for nothing but what others need', async () => {
    const { complaints } = await asked(removeOne, { exception: new ConflictException('No.') })

    expect(complaints).toEqual(['network-1 n1 could not be deleted: No.'])
  })
})

describe('an order', () => {
  it('is known by what the API names it', async () => {
    const { model } = await asked(orderOne)

    expect(model.things.at(-1)).toMatchObject({
      id: 'n2',
      asks: [{ answer: 'acknowledged', actionId: 'a2' }],
    })
  })
})
