import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type CloudHarness,
  newKey,
  type OpenCloud,
  readySnapshot,
  readyVolume,
  runningServer,
  stoppedServer,
} from './cloud-harness.ts'
import {
  CloudObjectInUseException,
  CloudObjectNotFoundException,
  CloudRefusedException,
  CloudStateException,
  CloudTimeoutException,
  NoCapacityException,
} from './exceptions.ts'
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
        revertKey: undefined,
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

    it('extends a volume', async () => {
      const { id } = await readyVolume(harness)

      await harness.cloud.volumes.extendVolume(id, 20)

      await harness.settle()
      expect(await harness.cloud.volumes.getVolume(id)).toMatchObject({
        sizeGb: 20,
        status: { state: 'ready' },
      })
    })

    it('extends a volume that a running server has', async () => {
      const { id, volume } = await runningServer(harness)

      await harness.cloud.volumes.extendVolume(volume.id, 20)

      await harness.settle()
      expect(await harness.cloud.volumes.getVolume(volume.id)).toMatchObject({
        sizeGb: 20,
        serverId: id,
        status: { state: 'ready' },
      })
    })

    it('leaves a volume as it is that is to have the size it has, and shrinks none', async () => {
      const { volumes } = harness.cloud
      const { id, sizeGb } = await readyVolume(harness)

      await volumes.extendVolume(id, sizeGb)

      await expect(volumes.extendVolume(id, sizeGb - 1)).rejects.toBeInstanceOf(CloudRefusedException)
      expect(await volumes.getVolume(id)).toMatchObject({ sizeGb, status: { state: 'ready' } })
    })

    it('refuses to extend a volume beyond the room there is', async () => {
      const { volumes } = harness.cloud
      const { id, sizeGb } = await readyVolume(harness)

      await expect(volumes.extendVolume(id, 100_000_000)).rejects.toBeInstanceOf(NoCapacityException)
      expect(await volumes.getVolume(id)).toMatchObject({ sizeGb, status: { state: 'ready' } })
    })

    it('makes a snapshot, which gets ready and keeps the size that its volume had', async () => {
      const { volumes } = harness.cloud
      const { id: volumeId, sizeGb } = await readyVolume(harness)
      const { id } = await readySnapshot(harness, volumeId)

      await volumes.extendVolume(volumeId, 20)

      await harness.settle()
      expect(await volumes.getSnapshot(id)).toEqual({ id, volumeId, sizeGb, status: { state: 'ready' } })
    })

    it('makes a snapshot of a volume that a running server boots from', async () => {
      const { volume } = await runningServer(harness)

      const { id } = await readySnapshot(harness, volume.id)

      expect((await harness.cloud.volumes.getSnapshot(id))?.status).toEqual({ state: 'ready' })
    })

    it('finds every snapshot of a key as soon as it was accepted, oldest first', async () => {
      const { volumes } = harness.cloud
      const { id: volumeId } = await readyVolume(harness)
      const key = newKey()
      const first = await volumes.createSnapshot({ key, volumeId })
      const second = await volumes.createSnapshot({ key, volumeId })

      const found = await volumes.findSnapshots(key)

      expect(found.map(snapshot => snapshot.id)).toEqual([first.id, second.id])
      expect(await volumes.findSnapshots(newKey())).toEqual([])
    })

    it('does not delete a volume that has a snapshot', async () => {
      const { volumes } = harness.cloud
      const { id: volumeId } = await readyVolume(harness)
      const { id } = await readySnapshot(harness, volumeId)
      await expect(volumes.deleteVolume(volumeId)).rejects.toBeInstanceOf(CloudObjectInUseException)

      await volumes.deleteSnapshot(id)
      await harness.settle()
      await volumes.deleteVolume(volumeId)

      await harness.settle()
      expect(await volumes.getSnapshot(id)).toBeUndefined()
      expect(await volumes.getVolume(volumeId)).toBeUndefined()
    })

    it('makes a volume from a snapshot, larger if need be, which outlives it', async () => {
      const { volumes } = harness.cloud
      const source = await readyVolume(harness)
      const { id: snapshotId } = await readySnapshot(harness, source.id)
      const copy = { ...newVolume(), type: source.type, sizeGb: source.sizeGb + 5, snapshotId }

      const { id } = await volumes.createVolume(copy)
      await harness.settle()
      await volumes.deleteSnapshot(snapshotId)

      await harness.settle()
      expect(await volumes.getVolume(id)).toMatchObject({ sizeGb: copy.sizeGb, status: { state: 'ready' } })
      expect(await volumes.getSnapshot(snapshotId)).toBeUndefined()
    })

    it('makes no volume that is smaller than its snapshot, or of an absent one', async () => {
      const { volumes } = harness.cloud
      const source = await readyVolume(harness)
      const { id: snapshotId } = await readySnapshot(harness, source.id)
      const copy = { ...newVolume(), type: source.type, sizeGb: source.sizeGb - 1, snapshotId }

      await expect(volumes.createVolume(copy)).rejects.toBeInstanceOf(CloudRefusedException)
      await expect(volumes.createVolume({ ...copy, snapshotId: randomUUID() })).rejects.toBeInstanceOf(
        CloudObjectNotFoundException,
      )
      expect(await volumes.findVolumes(copy.key)).toEqual([])
    })

    it('sets a volume back to a snapshot, and shows under which key', async () => {
      const { volumes } = harness.cloud
      const { id: volumeId } = await readyVolume(harness)
      const { id: snapshotId } = await readySnapshot(harness, volumeId)
      const revert = { key: newKey(), volumeId, snapshotId }

      await volumes.revertVolume(revert)

      await harness.settle()
      expect(await volumes.getVolume(volumeId)).toMatchObject({
        revertKey: revert.key,
        status: { state: 'ready' },
      })
    })

    it('sets a volume of a stopped server back, and none of a running one', async () => {
      const { compute, volumes } = harness.cloud
      const { id: serverId, volume } = await runningServer(harness)
      const { id: snapshotId } = await readySnapshot(harness, volume.id)
      const revert = { key: newKey(), volumeId: volume.id, snapshotId }
      await expect(volumes.revertVolume(revert)).rejects.toBeInstanceOf(CloudStateException)
      expect((await volumes.getVolume(volume.id))?.revertKey).toBeUndefined()
      await compute.stopServer(serverId)
      await harness.settle()

      await volumes.revertVolume(revert)

      await harness.settle()
      expect(await volumes.getVolume(volume.id)).toMatchObject({ revertKey: revert.key, serverId })
    })

    it('sets a volume back to its own newest snapshot only', async () => {
      const { volumes } = harness.cloud
      const { id: volumeId } = await readyVolume(harness)
      const other = await stoppedServer(harness)
      const older = await readySnapshot(harness, volumeId)
      const newer = await readySnapshot(harness, volumeId)
      const revertTo = (snapshotId: string, id = volumeId) =>
        volumes.revertVolume({ key: newKey(), volumeId: id, snapshotId })

      await expect(revertTo(older.id)).rejects.toBeInstanceOf(CloudRefusedException)
      await expect(revertTo(newer.id, other.volume.id)).rejects.toBeInstanceOf(CloudRefusedException)
      await expect(revertTo(randomUUID())).rejects.toBeInstanceOf(CloudObjectNotFoundException)
      await volumes.deleteSnapshot(newer.id)
      await harness.settle()
      await revertTo(older.id)
    })

    it('takes the deletion of an absent snapshot for done', async () => {
      await harness.cloud.volumes.deleteSnapshot(randomUUID())
      expect(await harness.cloud.volumes.getSnapshot(randomUUID())).toBeUndefined()
    })

    it('can neither extend nor snapshot an absent volume', async () => {
      const { volumes } = harness.cloud
      const absent = randomUUID()

      await expect(volumes.extendVolume(absent, 20)).rejects.toBeInstanceOf(CloudObjectNotFoundException)
      await expect(volumes.createSnapshot({ key: newKey(), volumeId: absent })).rejects.toBeInstanceOf(
        CloudObjectNotFoundException,
      )
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
