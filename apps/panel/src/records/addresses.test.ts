import { isIPv4, isIPv6 } from 'node:net'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { subnetsOf } from '../addressing/pools.ts'
import {
  AddressPoolExhaustedException,
  addressesOfProject,
  addressesOfServer,
  chooseAddresses,
  holdAddress,
  releaseAddresses,
  releaseChosenAddresses,
  subnetOf,
} from './addresses.ts'
import type { Records } from './database.ts'
import { serverRecords } from './servers.ts'
import { someProject, someServer, temporaryRecords } from './testing.ts'

describe('addresses', () => {
  let records: Records
  let dispose: () => Promise<void>
  const server = someServer()
  beforeEach(async () => {
    ;({ records, dispose } = await temporaryRecords())
    await records.transaction(trx => serverRecords.insert(trx, server))
  })
  afterEach(() => dispose())

  const choose = (zone: string, ...versions: (4 | 6)[]) =>
    records.transaction(async trx => {
      const chosen = await chooseAddresses(trx, zone, versions, server)
      return chosen.map(({ address }) => address)
    })

  it('are chosen lowest first, for each zone from its own range', async () => {
    expect(await choose('rma1', 4, 6)).toEqual(['203.0.113.2', '2001:db8:1::10'])
    expect(await choose('rma1', 4, 6)).toEqual(['203.0.113.3', '2001:db8:1::11'])
    expect(await choose('lpg1', 4)).toEqual(['198.51.100.2'])
  })

  it('are given again, lowest first, once they are free', async () => {
    await choose('rma1', 4)
    const second = await choose('rma1', 4)
    await choose('rma1', 4)
    await records.transaction(trx => releaseAddresses(trx, second))

    expect(await choose('rma1', 4)).toEqual(second)
    expect(await choose('rma1', 4)).toEqual(['203.0.113.5'])
  })

  it('go on in the next range when one is used up', async () => {
    const chosen: string[] = []
    await records.transaction(async trx => {
      for (let at = 0; at < 254; at++) {
        for (const { address } of await chooseAddresses(trx, 'rma1', [4], server)) chosen.push(address)
      }
    })

    expect(chosen.slice(-2)).toEqual(['203.0.113.254', '198.18.0.2'])
    expect(new Set(chosen).size).toBe(254)
  })

  it('are refused with a class of its own when none is left', async () => {
    const pool = subnetsOf('rma1', 4).reduce((size, subnet) => size + subnet.size, 0)
    await records.transaction(async trx => {
      for (let ordinal = 0; ordinal < pool; ordinal++) {
        await trx
          .insertInto('addresses')
          .values({
            address: `taken ${ordinal}`,
            version: 4,
            zone: 'rma1',
            prefix: '',
            ordinal,
            state: 'held',
            serverUuid: null,
            actionKey: null,
            reversePtr: '',
          })
          .execute()
      }
    })

    await expect(choose('rma1', 4)).rejects.toThrow(AddressPoolExhaustedException)
    expect(await choose('lpg1', 4)).toHaveLength(1)
  })

  it('point back to a fully qualified name, and else to one made from the address', async () => {
    const chosen = await records.transaction(async trx => [
      ...(await chooseAddresses(trx, 'rma1', [4], { uuid: server.uuid, name: 'web.example.com' })),
      ...(await chooseAddresses(trx, 'rma1', [4, 6], { uuid: server.uuid, name: 'web' })),
    ])

    expect(chosen.map(({ reversePtr }) => reversePtr)).toEqual([
      'web.example.com',
      '203-0-113-3.cust.evenkeel.example',
      '2001-db8-1--10.cust.evenkeel.example',
    ])
  })

  it('are found by server and by project, IPv4 first, and know their subnet', async () => {
    await choose('rma1', 6, 4)
    const ofServer = await addressesOfServer(records.read, server.uuid)

    expect(ofServer.map(({ version }) => version)).toEqual([4, 6])
    expect((await addressesOfProject(records.read, someProject.id)).get(server.uuid)).toEqual(ofServer)
    expect(ofServer.map(record => subnetOf(record).gateway)).toEqual(['203.0.113.1', '2001:db8:1::1'])
  })

  it('remember which step holds them', async () => {
    await choose('rma1', 4)
    await records.transaction(trx => holdAddress(trx, '203.0.113.2', 'key'))

    expect(await addressesOfServer(records.read, server.uuid)).toMatchObject([
      { state: 'held', actionKey: 'key' },
    ])
  })

  it('that a step holds are not freed together with those that were only chosen', async () => {
    await choose('rma1', 4, 6)
    await records.transaction(async trx => {
      await holdAddress(trx, '203.0.113.2', 'key')
      await releaseChosenAddresses(trx, server.uuid)
    })

    expect(await addressesOfServer(records.read, server.uuid)).toMatchObject([{ address: '203.0.113.2' }])
  })
})

describe('the pools', () => {
  it('hold addresses that are valid, distinct, and never the gateway', () => {
    const subnets = ['rma1', 'lpg1'].flatMap(zone => [...subnetsOf(zone, 4), ...subnetsOf(zone, 6)])
    const anyAddress = fc
      .constantFrom(...subnets)
      .chain(subnet => fc.tuple(fc.constant(subnet), fc.nat(subnet.size - 1), fc.nat(subnet.size - 1)))

    fc.assert(
      fc.property(anyAddress, ([subnet, one, other]) => {
        const address = subnet.addressAt(one)
        expect(subnet.version === 4 ? isIPv4(address) : isIPv6(address)).toBe(true)
        expect(address).not.toBe(subnet.gateway)
        expect(address === subnet.addressAt(other)).toBe(one === other)
      }),
    )
    expect(new Set(subnets.map(({ cidr }) => cidr)).size).toBe(subnets.length)
    expect(new Set(subnets.map(({ uuid }) => uuid)).size).toBe(subnets.length)
  })
})
