import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Records } from './database.ts'
import {
  checkQuota,
  PanelQuotaExceededException,
  quotaUse,
  reserveQuota,
  settleReservation,
} from './quota.ts'
import { serverRecords } from './servers.ts'
import { someProject, someServer, someVolume, temporaryRecords } from './testing.ts'
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
    expect(await use()).toEqual({ servers: 2, vcpus: 6, memoryGb: 12, volumeGb: 50 })

    await records.transaction(async trx => {
      await serverRecords.markDeleted(trx, server.uuid, 'now')
      await volumeRecords.markDeleted(trx, volume.uuid, 'now')
    })
    expect(await use()).toEqual({ servers: 1, vcpus: 4, memoryGb: 8, volumeGb: 20 })
  })

  it('is used by what running actions reserved, until they settle', async () => {
    await records.transaction(trx => reserveQuota(trx, 'action', someProject.id, { vcpus: 6, memoryGb: 4 }))
    expect(await use()).toEqual({ servers: 0, vcpus: 6, memoryGb: 4, volumeGb: 0 })

    await records.transaction(trx => settleReservation(trx, 'action'))
    expect(await use()).toEqual({ servers: 0, vcpus: 0, memoryGb: 0, volumeGb: 0 })
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

  it('refuses nothing that asks for no more, also above the quota', async () => {
    await records.transaction(trx => volumeRecords.insert(trx, someVolume({ sizeGb: 200 })))

    await expect(check({ volumeGb: 0, servers: 1 })).resolves.toBeUndefined()
  })
})
