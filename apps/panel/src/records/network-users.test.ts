import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Records } from './database.ts'
import type { InterfaceRecord } from './interfaces.ts'
import { locksOfLeaving, usersOf } from './network-users.ts'
import { networkRecords } from './networks.ts'
import { insertProjectAction } from './project-actions.ts'
import { serverRecords } from './servers.ts'
import { chooseSubnetAddress } from './subnet-addresses.ts'
import { subnetRecords } from './subnets.ts'
import { someNetwork, someProject, someServer, someSubnet, temporaryRecords } from './testing.ts'

describe('what is on a network, or has an address of its subnet', () => {
  let records: Records
  let dispose: () => Promise<void>
  const network = someNetwork()
  const subnet = someSubnet({ networkUuid: network.uuid })
  const server = someServer({ name: 'web' })
  const blocking = [{ kind: 'server', uuid: server.uuid, name: 'web' }]
  const lock = [`server:${server.uuid}`]
  beforeEach(async () => {
    ;({ records, dispose } = await temporaryRecords())
    await records.transaction(async trx => {
      await serverRecords.insert(trx, server)
      await networkRecords.insert(trx, network)
      await subnetRecords.insert(trx, subnet)
    })
  })
  afterEach(() => dispose())

  /** What keeps both from being deleted, and what is waited for: the same for network and subnet. */
  async function told() {
    const told = []
    for (const used of [{ networkUuid: network.uuid }, { subnetUuid: subnet.uuid }]) {
      told.push([await usersOf(records.read, used), await locksOfLeaving(records.read, used)])
    }
    expect(told[0]).toEqual(told[1])
    return told[0]
  }

  async function connect(given: Partial<InterfaceRecord> = {}): Promise<void> {
    const uuid = crypto.randomUUID()
    const common = { serverUuid: server.uuid, networkUuid: network.uuid }
    await records.transaction(async trx => {
      await trx
        .insertInto('interfaces')
        .values({ uuid, ...common, position: 0, cloudPortId: 'port', ...given })
        .execute()
      await chooseSubnetAddress(trx, [subnet], { interfaceUuid: uuid, position: 0 })
    })
  }

  /** Lets an action run on the server. */
  async function run(): Promise<void> {
    await records.transaction(async trx => {
      const change = { what: 'being changed', actionId: 'running', since: 'now' }
      await serverRecords.update(trx, server.uuid, { change })
      await insertProjectAction(trx, {
        actionId: 'running',
        projectId: someProject.id,
        name: 'server.change-interfaces',
        objectKind: 'server',
        objectUuid: server.uuid,
        objectName: 'web',
        initiator: 'ci',
        logAction: null,
        logMessage: null,
        startedAt: 'now',
      })
    })
  }

  const removeServer = () => records.transaction(trx => serverRecords.markDeleted(trx, server.uuid, 'now'))

  it('is nothing, when nothing is', async () => {
    expect(await told()).toEqual([[], []])
  })

  it('is a server with an interface, once also with several', async () => {
    await connect()
    await connect({ position: 1 })

    expect(await told()).toEqual([blocking, []])
  })

  it('is a server that is just being connected', async () => {
    await connect({ position: null, cloudPortId: null })
    await run()

    expect((await told())?.[0]).toEqual(blocking)
  })

  it('is waited for, and keeps nothing from being deleted, while the interface is being removed', async () => {
    await connect({ position: null })
    await run()

    expect(await told()).toEqual([[], lock])
  })

  it('is waited for, and keeps nothing from being deleted, while the server is', async () => {
    await connect()
    await run()
    await removeServer()

    expect(await told()).toEqual([[], lock])
  })

  it.each([null, 'port'])('is not what an action that has ended left behind (port %j)', async cloudPortId => {
    await connect({ position: null, cloudPortId })

    expect(await told()).toEqual([[], []])

    await removeServer()
    expect(await told()).toEqual([[], []])
  })
})
