import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CloudHarness, newKey, type OpenCloud, readyVolume, runningServer } from './cloud-harness.ts'
import { CloudObjectInUseException, CloudTimeoutException, NoCapacityException } from './exceptions.ts'
import type { VolumeType } from './volumes.ts'

/** What every `Volumes` must do. */
export function volumesContract(name: string, open: OpenCloud): void {
  describe(`${name} as block storage`, () => {
    let harness: CloudHarness
    beforeEach(async () => {
      harness = await open()
    })
    afterEach(() => harness.close())

    const newVolume = (key = newKey()) => ({
      key,
      zone: harness.zone,
      sizeGb: 100,
      type: 'bulk' as VolumeType,
      image: undefined,
      snapshotId: undefined,
    })

    it('makes an empty volume, which gets ready', async () => {
      const { id } = await harness.cloud.volumes.createVolume(newVolume())

      await harness.settle()
      const volume = await harness.cloud.volumes.getVolume(id)
      expect(volume).toEqual({
        id,
        sizeGb: 100,
        type: 'bulk',
        serverId: undefined,
        status: { state: 'ready' },
      })
    })

    it('makes a volume from an image, which gets ready', async () => {
      const { id } = await readyVolume(harness)

      expect((await harness.cloud.volumes.getVolume(id))?.status).toEqual({ state: 'ready' })
    })

    it('finds every volume of a key as soon as it was accepted, oldest first', async () => {
      const key = newKey()
      const first = await harness.cloud.volumes.createVolume(newVolume(key))
      const second = await harness.cloud.volumes.createVolume(newVolume(key))

      const found = await harness.cloud.volumes.findVolumes(key)

      expect(found.map(volume => volume.id)).toEqual([first.id, second.id])
      expect(await harness.cloud.volumes.findVolumes(newKey())).toEqual([])
    })

    it('deletes a volume', async () => {
      const { id } = await readyVolume(harness)

      await harness.cloud.volumes.deleteVolume(id)

      await harness.settle()
      expect(await harness.cloud.volumes.getVolume(id)).toBeUndefined()
    })

    it('says which server a volume is attached to, and does not delete it', async () => {
      const { id: serverId, volume } = await runningServer(harness)

      expect((await harness.cloud.volumes.getVolume(volume.id))?.serverId).toBe(serverId)
      await expect(harness.cloud.volumes.deleteVolume(volume.id)).rejects.toBeInstanceOf(
        CloudObjectInUseException,
      )
    })

    it('refuses what the storage has no room for', async () => {
      const key = newKey()
      const creating = harness.cloud.volumes.createVolume({ ...newVolume(key), sizeGb: 100_000_000 })

      await expect(creating).rejects.toBeInstanceOf(NoCapacityException)
      expect(await harness.cloud.volumes.findVolumes(key)).toEqual([])
    })

    it('takes the deletion of an absent volume for done', async () => {
      await harness.cloud.volumes.deleteVolume(randomUUID())
      expect(await harness.cloud.volumes.getVolume(randomUUID())).toBeUndefined()
    })

    it('takes an aborted call for one whose outcome is unknown', async () => {
      const creating = harness.cloud.volumes.createVolume(newVolume(), AbortSignal.abort())

      await expect(creating).rejects.toBeInstanceOf(CloudTimeoutException)
    })
  })
}
