import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { customImageImportRecords } from './custom-image-imports.ts'
import type { Records } from './database.ts'
import {
  checkQuota,
  PanelQuotaExceededException,
  quotaUse,
  reserveQuota,
  settleReservation,
} from './quota.ts'
import { defaultQuotas, noAmounts } from './quota-amounts.ts'
import { serverRecords } from './servers.ts'
import type { Db } from './tables.ts'
import { someImport, someProject, someServer, someVolume, temporaryRecords } from './testing.ts'
import { volumeRecords } from './volumes.ts'

describe('quota', () => {
  let records: Records
  let dispose: () => Promise<void>
  beforeEach(async () => {
    ;({ records, dispose } = await temporaryRecords({
      quotaServers: 2,
      quotaVcpus: 8,
      quotaMemoryGb: 16,
      quotaVolumeGb: 100,
      quotasJson: '{"networks":2}',
    }))
  })
  afterEach(() => dispose())

  const use = () => quotaUse(records.read, someProject.id)
  const check = (wanted: Parameters<typeof checkQuota>[2]) => checkQuota(records.read, someProject.id, wanted)

  it('is used by live servers and volumes, and by nothing else', async () => {
    const server = someServer({ flavor: 'flex-4-2' })
    const volume = someVolume({ sizeGb: 30 })
    await records.transaction(async trx => {
      await serverRecords.insert(trx, server)
      await serverRecords.insert(trx, someServer({ flavor: 'flex-8-4' }))
      await volumeRecords.insert(trx, volume, someVolume({ sizeGb: 20 }))
    })
    expect(await use()).toEqual({ ...noAmounts, servers: 2, vcpus: 6, memoryGb: 12, volumeGb: 50 })

    await records.transaction(async trx => {
      await serverRecords.markDeleted(trx, server.uuid, 'now')
      await volumeRecords.markDeleted(trx, volume.uuid, 'now')
    })
    expect(await use()).toEqual({ ...noAmounts, servers: 1, vcpus: 4, memoryGb: 8, volumeGb: 20 })
  })

  it('is used by each custom image, from the beginning of its import on, and by no import that failed', async () => {
    await records.transaction(trx =>
      customImageImportRecords.insert(
        trx,
        someImport({ status: 'in_progress' }),
        someImport({ status: 'success' }),
        someImport({ status: 'failed' }),
        someImport({ status: 'success', deletedAt: 'now' }),
      ),
    )

    expect(await use()).toEqual({ ...noAmounts, customImages: 2 })
  })

  it.each(Object.keys(rows) as (keyof typeof rows)[])('is used by each of the live %s', async kind => {
    await records.transaction(async trx => {
      await rows[kind](trx, 'a', null)
      await rows[kind](trx, 'b', null)
      await rows[kind](trx, 'c', 'now')
    })

    expect(await use()).toEqual({
      ...noAmounts,
      [kind]: 2,
      ...(kind === 'volumeSnapshots' && { volumeGb: 10 }),
    })
  })

  it('is used by what running actions reserved, until they settle', async () => {
    await records.transaction(trx => reserveQuota(trx, 'action', someProject.id, { vcpus: 6, memoryGb: 4 }))
    expect(await use()).toEqual({ ...noAmounts, vcpus: 6, memoryGb: 4 })

    await records.transaction(trx => settleReservation(trx, 'action'))
    expect(await use()).toEqual(noAmounts)
  })

  it('may be used up to its last unit', async () => {
    await expect(check({ servers: 2, vcpus: 8, memoryGb: 16, volumeGb: 100 })).resolves.toBeUndefined()
  })

  it('refuses one unit more, and names limit, use, what was asked for, and where to ask', async () => {
    await records.transaction(trx => volumeRecords.insert(trx, someVolume({ sizeGb: 95 })))
    const refusal = await check({ volumeGb: 6 }).catch((error: unknown) => error)

    expect(refusal).toBeInstanceOf(PanelQuotaExceededException)
    expect(refusal).toMatchObject({
      message:
        "This project's quota is 100 GB of volumes: 95 are in use, and 6 more were asked for. Delete what is not needed, or ask support for a higher quota.",
      data: { limit: 'volumeGb', allowed: 100, used: 95, wanted: 6 },
    })
  })

  it('of a kind that nothing was decided for has its default', async () => {
    await expect(check({ serverGroups: defaultQuotas.serverGroups })).resolves.toBeUndefined()
    await expect(check({ serverGroups: defaultQuotas.serverGroups + 1 })).rejects.toMatchObject({
      data: { limit: 'serverGroups', allowed: defaultQuotas.serverGroups },
    })
  })

  it('of any kind is what was decided for the project', async () => {
    await expect(check({ networks: 2 })).resolves.toBeUndefined()
    await expect(check({ networks: 3 })).rejects.toThrow("This project's quota is 2 networks: 0 are in use")
  })

  it('refuses nothing that asks for no more, also above the quota', async () => {
    await records.transaction(trx => volumeRecords.insert(trx, someVolume({ sizeGb: 200 })))

    await expect(check({ volumeGb: 0, servers: 1 })).resolves.toBeUndefined()
  })
})

const common = { projectId: someProject.id, tagsJson: '{}', createdAt: 'now', zone: 'rma1', name: 'x' }

/** Writes one of a kind that is counted, and what it needs. */
const rows = {
  networks: (trx: Db, uuid: string, deletedAt: string | null) =>
    trx
      .insertInto('networks')
      .values({ ...common, uuid, deletedAt, mtu: 9000 })
      .execute(),
  floatingIps: (trx: Db, uuid: string, deletedAt: string | null) => {
    const { name: _, zone: __, ...owned } = common
    const place = { address: uuid, pool: 'rma', ordinal: uuid.charCodeAt(0) }
    return trx
      .insertInto('floatingIps')
      .values({ ...owned, ...place, uuid, deletedAt, version: 4, prefixLength: 32, type: 'regional' })
      .execute()
  },
  volumeSnapshots: async (trx: Db, uuid: string, deletedAt: string | null) => {
    const volume = someVolume({ sizeGb: 5, ...(deletedAt && { deletedAt }) })
    await volumeRecords.insert(trx, volume)
    const snapshot = { volumeUuid: volume.uuid, sizeGb: 5, status: 'available' as const }
    return trx
      .insertInto('volumeSnapshots')
      .values({ ...common, ...snapshot, uuid, deletedAt })
      .execute()
  },
  serverGroups: (trx: Db, uuid: string, deletedAt: string | null) =>
    trx
      .insertInto('serverGroups')
      .values({ ...common, uuid, deletedAt, type: 'anti-affinity' })
      .execute(),
}
