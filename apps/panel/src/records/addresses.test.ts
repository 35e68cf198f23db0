import { randomUUID } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Subnet, subnetsOf } from '../addressing/pools.ts'
import {
  AddressPoolExhaustedException,
  addressesOfProject,
  addressesOfServer,
  chooseAddresses,
  holdAddress,
  releaseAddressesOf,
  releaseChosenAddressesOf,
  subnetOf,
} from './addresses.ts'
import type { Records } from './database.ts'
import { insertInterface } from './interfaces.ts'
import { serverRecords } from './servers.ts'
import type { Db } from './tables.ts'
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

  const publicInterface = async (trx: Db) => {
    const interfaceUuid = randomUUID()
    const of = { serverUuid: server.uuid, networkUuid: null, cloudPortId: null }
    await insertInterface(trx, { uuid: interfaceUuid, position: 0, ...of })
    return { server, interfaceUuid }
  }
  const chooseFor = (zone: string, ...versions: (4 | 6)[]) =>
    records.transaction(async trx => {
      const place = await publicInterface(trx)
      const chosen = await chooseAddresses(trx, zone, versions, place)
      return { ...place, addresses: chosen.map(({ address }) => address) }
    })
  const choose = async (zone: string, ...versions: (4 | 6)[]) =>
    (await chooseFor(zone, ...versions)).addresses

  it('are chosen lowest first, for each zone from its own range', async () => {
    expect(await choose('rma1', 4, 6)).toEqual(['203.0.113.2', '2001:db8:1::10'])
    expect(await choose('rma1', 4, 6)).toEqual(['203.0.113.3', '2001:db8:1::11'])
    expect(await choose('lpg1', 4)).toEqual(['198.51.100.2'])
  })

  it('are given again, lowest first, once they are free', async () => {
    await choose('rma1', 4)
    const second = await chooseFor('rma1', 4)
    const third = await chooseFor('rma1', 4)
    await records.transaction(async trx => {
      await releaseAddressesOf(trx, third.interfaceUuid)
      await releaseAddressesOf(trx, second.interfaceUuid)
    })

    expect(await choose('rma1', 4)).toEqual(second.addresses)
    expect(await choose('rma1', 4)).toEqual(third.addresses)
    expect(await choose('rma1', 4)).toEqual(['203.0.113.5'])
  })

  it('are always the lowest free ones, whatever was taken and given back', async () => {
    const anyTurns = fc.array(fc.oneof(fc.constant('take' as const), fc.nat(20)), { maxLength: 30 })

    await fc.assert(
      fc.asyncProperty(anyTurns, async turns => {
        const taken = new Map<string, string>()
        for (const turn of turns) {
          const given = [...taken.keys()][turn === 'take' ? -1 : turn]
          if (given !== undefined) {
            await records.transaction(trx => releaseAddressesOf(trx, given))
            taken.delete(given)
          } else {
            const { interfaceUuid, addresses } = await chooseFor('rma1', 4)
            const free = subnetsOf('rma1', 4)[0] as Subnet
            const others = [...taken.values()]
            const lowest = [...Array(others.length + 1).keys()]
              .map(index => free.addressAt(index))
              .find(address => !others.includes(address))
            expect(addresses).toEqual([lowest])
            taken.set(interfaceUuid, lowest as string)
          }
        }
        await records.transaction(async trx => {
          for (const uuid of taken.keys()) await releaseAddressesOf(trx, uuid)
        })
      }),
      { numRuns: 25 },
    )
  })

  it('go on in the next range when one is used up', async () => {
    const chosen: string[] = []
    await records.transaction(async trx => {
      for (let at = 0; at < 254; at++) {
        const place = await publicInterface(trx)
        for (const { address } of await chooseAddresses(trx, 'rma1', [4], place)) chosen.push(address)
      }
    })

    expect(chosen.slice(-2)).toEqual(['203.0.113.254', '198.18.0.2'])
    expect(new Set(chosen).size).toBe(254)
  })

  it('are refused with a class of its own when none is left', async () => {
    const pool = subnetsOf('rma1', 4).reduce((size, subnet) => size + subnet.size, 0)
    await records.transaction(async trx => {
      await sql`
        insert into addresses (address, version, zone, prefix, ordinal, state, reverse_ptr)
        with recursive numbers (ordinal) as (select 0 union all select ordinal + 1 from numbers where ordinal < ${pool - 1})
        select 'taken ' || ordinal, 4, 'rma1', '', ordinal, 'held', '' from numbers`.execute(trx)
    })

    await expect(choose('rma1', 4)).rejects.toThrow(AddressPoolExhaustedException)
    expect(await choose('lpg1', 4)).toHaveLength(1)
  })

  it('point back to a fully qualified name, and else to one made from the address', async () => {
    const chosen = await records.transaction(async trx => {
      const { interfaceUuid } = await publicInterface(trx)
      const named = (name: string) => ({ server: { uuid: server.uuid, name }, interfaceUuid })
      return [
        ...(await chooseAddresses(trx, 'rma1', [4], named('web.example.com'))),
        ...(await chooseAddresses(trx, 'rma1', [4, 6], named('web'))),
      ]
    })

    expect(chosen.map(({ reversePtr }) => reversePtr)).toEqual([
      'web.example.com',
      '203-0-113-3.cust.evenkeel.example',
      '2001-db8-1--10.cust.evenkeel.example',
    ])
  })

  it('are found by server, and by interface for a project, IPv4 first, and know their subnet', async () => {
    const { interfaceUuid } = await chooseFor('rma1', 6, 4)
    const ofServer = await addressesOfServer(records.read, server.uuid)

    expect(ofServer.map(({ version }) => version)).toEqual([4, 6])
    const ofProject = (await addressesOfProject(records.read, someProject.id)).get(interfaceUuid)
    expect(ofServer).toMatchObject(ofProject ?? [])
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
    const { interfaceUuid } = await chooseFor('rma1', 4, 6)
    await records.transaction(async trx => {
      await holdAddress(trx, '203.0.113.2', 'key')
      await releaseChosenAddressesOf(trx, interfaceUuid)
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
