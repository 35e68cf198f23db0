import { ValidationException } from 'evenkeel'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ObjectBusyException } from './busy.ts'
import type { Records } from './database.ts'
import { networkRecords } from './networks.ts'
import { endProjectAction, insertProjectAction } from './project-actions.ts'
import { serverRecords } from './servers.ts'
import {
  addressesOfInterfaces,
  chooseSubnetAddress,
  holdSubnetAddresses,
  releaseChosenSubnetAddresses,
  releaseSubnetAddresses,
  releaseSubnetAddressesHeldBy,
  SubnetFullException,
  subnetAddressesOfProject,
  takeSubnetAddress,
} from './subnet-addresses.ts'
import { type SubnetRecord, subnetRecords } from './subnets.ts'
import type { Db } from './tables.ts'
import { someNetwork, someProject, someServer, someSubnet, temporaryRecords } from './testing.ts'

describe('addresses of a subnet', () => {
  let records: Records
  let dispose: () => Promise<void>
  const server = someServer({ name: 'web' })
  const network = someNetwork()
  const small = someSubnet({ networkUuid: network.uuid, cidr: '10.0.0.0/24', gatewayAddress: '10.0.0.1' })
  const large = someSubnet({ networkUuid: network.uuid, cidr: '172.16.0.0/12' })
  const [first, second] = [crypto.randomUUID(), crypto.randomUUID()]
  beforeEach(async () => {
    ;({ records, dispose } = await temporaryRecords())
    await records.transaction(async trx => {
      await serverRecords.insert(trx, server)
      await networkRecords.insert(trx, network)
      await subnetRecords.insert(trx, small, large)
      const common = { serverUuid: server.uuid, networkUuid: network.uuid, cloudPortId: null }
      const interfaces = [first, second].map((uuid, position) => ({ ...common, uuid, position }))
      await trx.insertInto('interfaces').values(interfaces).execute()
    })
  })
  afterEach(() => dispose())

  const place = { interfaceUuid: first, position: 0 }
  const choose = (...subnets: readonly SubnetRecord[]) =>
    records.transaction(async trx => (await chooseSubnetAddress(trx, subnets, place)).address)
  const chooseTimes = (times: number, ...subnets: readonly SubnetRecord[]) =>
    records.transaction(async trx => {
      const chosen: string[] = []
      for (let at = 0; at < times; at++) chosen.push((await chooseSubnetAddress(trx, subnets, place)).address)
      return chosen
    })
  const take = (address: string, subnet = small) =>
    records.transaction(trx => takeSubnetAddress(trx, subnet, address, { ...place, path: 'address' }))
  const refusal = async (address: string, subnet = small) => {
    const thrown = await take(address, subnet).catch(thrown => thrown)
    expect(thrown).toBeInstanceOf(ValidationException)
    return thrown.data.fields['address']
  }

  it('are given lowest first, of those that are given out by themselves', async () => {
    expect(await chooseTimes(3, small)).toEqual(['10.0.0.101', '10.0.0.102', '10.0.0.103'])
    expect(await choose(large)).toBe('172.16.0.101')
  })

  it('are given again, lowest first, once they are free', async () => {
    await chooseTimes(2, small)
    await records.transaction(trx => releaseSubnetAddresses(trx, first))
    await take('10.0.0.102')

    expect(await chooseTimes(2, small)).toEqual(['10.0.0.101', '10.0.0.103'])
  })

  it('are the others when those are used up, but never the first, the last and the gateway', async () => {
    const chosen = await chooseTimes(253, small)

    expect(chosen.slice(153, 155)).toEqual(['10.0.0.254', '10.0.0.2'])
    expect(chosen.at(-1)).toBe('10.0.0.100')
    expect(new Set(chosen).size).toBe(253)
    await expect(choose(small)).rejects.toBeInstanceOf(SubnetFullException)
  })

  it('come from the next subnet when the first is used up', async () => {
    await chooseTimes(253, small)

    expect(await choose(small, large)).toBe('172.16.0.101')
  })

  it('go on behind the lowest 256 of a large subnet', async () => {
    const chosen = await chooseTimes(255, large)

    expect(chosen.slice(-2)).toEqual(['172.16.0.100', '172.16.0.255'])
    expect(await choose(large)).toBe('172.16.1.0')
  })

  it('can be asked for, in any spelling and place of the subnet', async () => {
    expect(await take('10.0.0.242')).toMatchObject({ address: '10.0.0.242', version: 4, state: 'chosen' })
    expect((await take('172.31.255.254', large)).address).toBe('172.31.255.254')
  })

  it.each(['10.0.1.5', '10.0.0.0', '10.0.0.255', '::1', 'nonsense', ''])(
    'do not include %j',
    async address => {
      expect(await refusal(address)).toContain('is not a valid IP for the specified subnet')
    },
  )

  it('do not include the gateway', async () => {
    expect(await refusal('10.0.0.1')).toContain("it is the subnet's gateway")
  })

  it('are refused while another server has them, by its name', async () => {
    await take('10.0.0.5')

    expect(await refusal('10.0.0.5')).toContain(`taken by server 'web' (${server.uuid})`)
    expect((await take('172.16.0.5', large)).address).toBe('172.16.0.5')
  })

  it('are waited for while the deletion of the server that had them runs', async () => {
    await take('10.0.0.5')
    await records.transaction(async trx => {
      await serverRecords.markDeleted(trx, server.uuid, 'now')
      await insertProjectAction(trx, {
        actionId: 'deletion',
        projectId: someProject.id,
        name: 'server.delete',
        objectKind: 'server',
        objectUuid: server.uuid,
        objectName: 'web',
        initiator: 'ci',
        logAction: null,
        logMessage: null,
        startedAt: 'now',
      })
    })

    const thrown = await take('10.0.0.5').catch(thrown => thrown)
    expect(thrown).toBeInstanceOf(ObjectBusyException)
    expect(thrown.data).toMatchObject({ change: 'being deleted', action: 'deletion' })

    await records.transaction(trx =>
      endProjectAction(trx, 'deletion', { state: 'succeeded', reason: null, endedAt: 'now' }),
    )
    expect(await refusal('10.0.0.5')).toContain('what is left of that may still use it')
  })

  it('are not free yet when nothing but something left of an interface may still use them', async () => {
    await take('10.0.0.5')
    await records.transaction(trx =>
      trx.updateTable('interfaces').set({ position: null }).where('uuid', '=', first).execute(),
    )

    expect(await refusal('10.0.0.5')).toContain(
      `10.0.0.5 was given to server 'web' (${server.uuid}), and what is left of that may still use it.`,
    )
  })

  it('stay taken while a step holds them, and are free once that is undone', async () => {
    await take('10.0.0.5')
    await records.transaction(trx => holdSubnetAddresses(trx, first, 'action/step'))
    await take('10.0.0.6')
    await records.transaction(trx => holdSubnetAddresses(trx, first, 'other/step'))
    await take('10.0.0.7')

    await records.transaction(trx => releaseChosenSubnetAddresses(trx, first))
    await records.transaction(trx => releaseSubnetAddressesHeldBy(trx, 'other/step'))

    const left = await addressesOfInterfaces(records.read, [first])
    expect(left.get(first)?.map(({ address }) => address)).toEqual(['10.0.0.5'])
  })

  it('are told by interface, in their order there', async () => {
    await records.transaction(async trx => {
      await takeSubnetAddress(trx, small, '10.0.0.9', { interfaceUuid: second, position: 1, path: '' })
      await takeSubnetAddress(trx, small, '10.0.0.8', { interfaceUuid: second, position: 0, path: '' })
    })
    const byInterface = { [second]: ['10.0.0.8', '10.0.0.9'] }
    const told = (map: Awaited<ReturnType<typeof addressesOfInterfaces>>) =>
      Object.fromEntries([...map].map(([uuid, all]) => [uuid, all.map(({ address }) => address)]))

    expect(told(await addressesOfInterfaces(records.read, [first, second]))).toEqual(byInterface)
    expect(told(await subnetAddressesOfProject(records.read, someProject.id))).toEqual(byInterface)
    expect(told(await subnetAddressesOfProject(records.read, 'other'))).toEqual({})
  })

  it('are the lowest free one, whatever was taken and given back before', async () => {
    const subnet = { ...small, gatewayAddress: null, cidr: '10.0.0.0/24' }
    const move = fc.record({
      ordinal: fc.oneof(fc.integer({ min: 100, max: 106 }), fc.integer({ min: 1, max: 254 })),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 80 }), fc.boolean(), async (moves, isFull) => {
        await records.transaction(trx => releaseSubnetAddresses(trx, first))
        const taken = new Set<number>()
        const toggle = async (trx: Db, ordinal: number) => {
          const isFree = !taken.delete(ordinal)
          if (!isFree) {
            await trx.deleteFrom('subnetAddresses').where('ordinal', '=', ordinal).execute()
            return
          }
          taken.add(ordinal)
          await takeSubnetAddress(trx, subnet, `10.0.0.${ordinal}`, { ...place, path: '' })
        }
        const lowest = await records.transaction(async trx => {
          if (isFull) for (let ordinal = 101; ordinal <= 254; ordinal++) await toggle(trx, ordinal)
          for (const { ordinal } of moves) await toggle(trx, ordinal)
          return (await chooseSubnetAddress(trx, [subnet], place)).ordinal
        })

        const free = Array.from({ length: 254 }, (_, at) => at + 1).filter(ordinal => !taken.has(ordinal))
        expect(lowest).toBe(free.find(ordinal => ordinal >= 101) ?? free[0])
      }),
      { numRuns: 40 },
    )
  })

  it('are the lowest free one but the gateway, whatever is taken', async () => {
    const taken = fc.uniqueArray(fc.integer({ min: 1, max: 254 }), { maxLength: 254 })
    await fc.assert(
      fc.asyncProperty(taken, fc.integer({ min: 1, max: 100 }), async (numbers, gateway) => {
        const subnet = { ...small, gatewayAddress: `10.0.0.${gateway}` }
        const rows = numbers.map(ordinal => ({
          subnetUuid: small.uuid,
          ordinal,
          address: `10.0.0.${ordinal}`,
          version: 4 as const,
          interfaceUuid: first,
          position: 0,
          state: 'chosen' as const,
          actionKey: null,
        }))
        await records.transaction(async trx => {
          await releaseSubnetAddresses(trx, first)
          if (rows.length > 0) await trx.insertInto('subnetAddresses').values(rows).execute()
        })

        const isFree = (ordinal: number) => !numbers.includes(ordinal) && ordinal !== gateway
        const upwards = Array.from({ length: 254 }, (_, at) => at + 1).filter(isFree)
        const lowest = upwards.find(ordinal => ordinal >= 101) ?? upwards[0]
        const expected = lowest === undefined ? undefined : `10.0.0.${lowest}`
        expect(await choose(subnet).catch(() => undefined)).toBe(expected)
      }),
      { numRuns: 60 },
    )
  })
})
