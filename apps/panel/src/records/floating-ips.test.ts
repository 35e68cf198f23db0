import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Records } from './database.ts'
import {
  assignedServers,
  type FloatingIpRecord,
  findLastFloatingIp,
  floatingIpRecords,
  floatingIpsOfServer,
  nextHopNow,
  reversePtrNow,
  unassign,
} from './floating-ips.ts'
import { AddressIsNextHopException, requireNoNextHop } from './next-hops.ts'
import { insertProject } from './projects.ts'
import { serverRecords } from './servers.ts'
import { someFloatingIp, someProject, someServer, temporaryRecords } from './testing.ts'

describe('floating IPs', () => {
  let records: Records
  let dispose: () => Promise<void>
  const server = someServer({ name: 'web' })
  const assigned = { serverUuid: server.uuid, nextHop: '203.0.113.5' }
  beforeEach(async () => {
    ;({ records, dispose } = await temporaryRecords())
    await records.transaction(trx => serverRecords.insert(trx, server))
  })
  afterEach(() => dispose())

  const insert = async (given: Partial<FloatingIpRecord> = {}) => {
    const record = someFloatingIp(given)
    await records.transaction(trx => floatingIpRecords.insert(trx, record))
    return record
  }
  const deleteServer = () => records.transaction(trx => serverRecords.markDeleted(trx, server.uuid, 'now'))

  it('come back as they were written, and are known by their networks', async () => {
    const record = await insert({ ...assigned, tags: { a: 'b' }, heldBy: '01/floating-ip.hold' })

    expect(await floatingIpRecords.findAny(records.read, record.uuid)).toEqual(record)
    expect(floatingIpRecords.nameOf(record)).toBe('192.0.2.1/32')
  })

  it('are looked up by address: the last one that the project has had, and no other project’s', async () => {
    await records.transaction(trx => insertProject(trx, { ...someProject, id: 'other' }))
    await insert({ createdAt: '2026-01-01', deletedAt: '2026-01-02', isReleased: true })
    const last = await insert({ createdAt: '2026-01-03' })

    expect(await findLastFloatingIp(records.read, someProject.id, last.address)).toBe(last.uuid)
    expect(await findLastFloatingIp(records.read, 'other', last.address)).toBeUndefined()
  })

  it('lead where they are assigned to', async () => {
    const record = await insert(assigned)

    expect(await nextHopNow(records.read, record)).toBe('203.0.113.5')
    expect(reversePtrNow(record)).toBe('192-0-2-1.cust.evenkeel.example')
    expect(await assignedServers(records.read, [record])).toEqual(
      new Map([[server.uuid, { uuid: server.uuid, name: 'web' }]]),
    )
  })

  it('lead nowhere while they are being made, once they are deleted, and once their server is', async () => {
    const held = await insert({ ...assigned, heldBy: 'its creation' })
    const deleted = { ...held, heldBy: null, deletedAt: 'now' }
    for (const record of [held, deleted]) {
      expect(await nextHopNow(records.read, record)).toBeNull()
      expect(reversePtrNow(record)).toBeNull()
    }

    await deleteServer()
    const stays = { ...held, heldBy: null }
    expect(await nextHopNow(records.read, stays)).toBeNull()
    expect(reversePtrNow(stays)).toBe(stays.reversePtr)
    expect(await assignedServers(records.read, [stays])).toEqual(new Map())
  })

  it('stay with a deleted server, deleted or not, until it is seen to that they lead there no more', async () => {
    const [live, deleted] = [
      await insert(assigned),
      await insert({ ...assigned, address: '192.0.2.2', ordinal: 1, deletedAt: 'now' }),
    ]
    await insert({ ...assigned, address: '192.0.2.3', ordinal: 2, deletedAt: 'now', isReleased: true })
    await deleteServer()
    const uuids = async () => (await floatingIpsOfServer(records.read, server.uuid)).map(({ uuid }) => uuid)
    expect((await uuids()).sort()).toEqual([live.uuid, deleted.uuid].sort())

    await records.transaction(trx => unassign(trx, live.uuid, 'serverUuid', server.uuid))
    expect(await uuids()).toEqual([deleted.uuid])
  })

  it('are not taken from a server that they have been assigned to meanwhile', async () => {
    const { uuid } = await insert(assigned)

    await records.transaction(trx => unassign(trx, uuid, 'serverUuid', someServer().uuid))

    expect(await floatingIpRecords.findAny(records.read, uuid)).toMatchObject(assigned)
  })

  it('keep their server from losing the address that they lead to, and no other', async () => {
    await insert(assigned)
    const lose = (...addresses: readonly string[]) => requireNoNextHop(records.read, server, addresses)

    await expect(lose('203.0.113.6')).resolves.toBeUndefined()
    await expect(lose('203.0.113.6', '203.0.113.5')).rejects.toBeInstanceOf(AddressIsNextHopException)
    await expect(lose('203.0.113.5')).rejects.toThrow(
      "Server 'web' would lose an address that floating IPs lead to: 192.0.2.1/32 to 203.0.113.5. Assign them to another server first, or delete them.",
    )
  })
})
