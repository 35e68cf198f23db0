import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chooseAddresses } from './addresses.ts'
import type { Records } from './database.ts'
import { insertInterface } from './interfaces.ts'
import { memberRecords } from './load-balancer-members.ts'
import { poolRecords } from './load-balancer-pools.ts'
import { loadBalancerRecords } from './load-balancers.ts'
import { locksOfLeaving, usersOf } from './network-users.ts'
import { networkRecords } from './networks.ts'
import { insertProjectAction } from './project-actions.ts'
import { takeSubnetAddress } from './subnet-addresses.ts'
import { subnetRecords } from './subnets.ts'
import type { Db } from './tables.ts'
import {
  someLoadBalancer,
  someMember,
  someNetwork,
  somePool,
  someSubnet,
  temporaryRecords,
} from './testing.ts'
import { vipAddressesOf } from './vip-addresses.ts'

describe('records of load balancers', () => {
  let records: Records
  let dispose: () => Promise<void>
  const network = someNetwork()
  const subnet = someSubnet({ networkUuid: network.uuid })
  const loadBalancer = someLoadBalancer()
  const { uuid } = loadBalancer
  const blocking = [{ kind: 'load balancer', uuid, name: 'front' }]
  const used = [{ networkUuid: network.uuid }, { subnetUuid: subnet.uuid }] as const
  beforeEach(async () => {
    ;({ records, dispose } = await temporaryRecords())
    await records.transaction(async trx => {
      await networkRecords.insert(trx, network)
      await subnetRecords.insert(trx, subnet)
      await loadBalancerRecords.insert(trx, loadBalancer)
    })
  })
  afterEach(() => dispose())

  const newInterface = async (trx: Db, position: number, networkUuid: string | null) => {
    const interfaceUuid = crypto.randomUUID()
    const of = { serverUuid: null, loadBalancerUuid: uuid, networkUuid, cloudPortId: null }
    await insertInterface(trx, { uuid: interfaceUuid, position, ...of })
    return interfaceUuid
  }
  const reachedBy = (...addresses: readonly string[]) =>
    records.transaction(async trx => {
      for (const [position, address] of addresses.entries()) {
        const interfaceUuid = await newInterface(trx, position, network.uuid)
        await takeSubnetAddress(trx, subnet, address, { interfaceUuid, position: 0, path: 'address' })
      }
    })

  it('tell private addresses in the order in which they were asked for, with their subnet', async () => {
    await reachedBy('10.0.0.9', '10.0.0.5')

    const vips = await vipAddressesOf(records.read, [uuid, crypto.randomUUID()])

    const stub = { uuid: subnet.uuid, cidr: '10.0.0.0/24' }
    expect([...vips]).toEqual([
      [
        uuid,
        [
          { loadBalancerUuid: uuid, version: 4, address: '10.0.0.9', isPublic: false, subnet: stub },
          { loadBalancerUuid: uuid, version: 4, address: '10.0.0.5', isPublic: false, subnet: stub },
        ],
      ],
    ])
  })

  it('tell public addresses, IPv4 first', async () => {
    await records.transaction(async trx => {
      const interfaceUuid = await newInterface(trx, 0, null)
      await chooseAddresses(trx, 'rma1', [6, 4], { server: { uuid: null, name: 'front' }, interfaceUuid })
    })

    const vips = (await vipAddressesOf(records.read, [uuid])).get(uuid)

    expect(vips?.map(({ version, isPublic }) => [version, isPublic])).toEqual([
      [4, true],
      [6, true],
    ])
  })

  it('keep an address from everybody else, by name', async () => {
    await reachedBy('10.0.0.9')

    await expect(reachedBy('10.0.0.9')).rejects.toThrow(
      `10.0.0.9 is taken by load balancer 'front' (${uuid})`,
    )
  })

  it('are on the network and subnet of their addresses', async () => {
    await reachedBy('10.0.0.9')

    for (const each of used) expect(await usersOf(records.read, each)).toEqual(blocking)
  })

  it('are where their members are, as long as these live', async () => {
    const pool = somePool({ loadBalancerUuid: uuid })
    const member = someMember({ loadBalancerUuid: uuid, poolUuid: pool.uuid, subnetUuid: subnet.uuid })
    await records.transaction(async trx => {
      await poolRecords.insert(trx, pool)
      await memberRecords.insert(trx, member)
    })
    for (const each of used) expect(await usersOf(records.read, each)).toEqual(blocking)

    await records.transaction(trx => memberRecords.markDeleted(trx, member.uuid, 'now'))

    for (const each of used) expect(await usersOf(records.read, each)).toEqual([])
  })

  it('are waited for while they are being deleted', async () => {
    await reachedBy('10.0.0.9')
    await records.transaction(async trx => {
      await loadBalancerRecords.markDeleted(trx, uuid, 'now')
      await insertProjectAction(trx, {
        actionId: 'deletion',
        projectId: loadBalancer.projectId,
        name: 'load-balancer.delete',
        objectKind: 'load-balancer',
        objectUuid: uuid,
        objectName: 'front',
        initiator: 'ci',
        logAction: null,
        logMessage: null,
        startedAt: 'now',
      })
    })

    for (const each of used) {
      expect(await usersOf(records.read, each)).toEqual([])
      expect(await locksOfLeaving(records.read, each)).toEqual([`load-balancer:${uuid}`])
    }
  })
})
