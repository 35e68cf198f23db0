import { z } from 'zod'
import { volumesBeingMadeOf } from '../../records/volumes.ts'
import { step } from '../define.ts'
import { asFound, gone, settled } from './settled.ts'

const Snapshot = z.object({ id: z.string() })

export const createSnapshot = step('volumes.snapshot', {
  input: z.object({ volumeId: z.string() }),
  output: Snapshot,
  async do({ volumeId }, { key, world: { cloud }, signal, until }) {
    const snapshot = await cloud.volumes.createSnapshot({ volumeId, key }, signal)
    const get = () => cloud.volumes.getSnapshot(snapshot.id, signal)
    const { id } = await settled('snapshot', snapshot, until, get)
    return { id }
  },
  find: async ({ key, world: { cloud }, signal }) =>
    asFound(await cloud.volumes.findSnapshots(key, signal), ({ id }) => ({ id })),
  async undo({ id }, { world: { cloud }, signal, until }) {
    await cloud.volumes.deleteSnapshot(id, signal)
    await gone('snapshot', until, () => cloud.volumes.getSnapshot(id, signal))
  },
})

/**
 * Removes a recorded snapshot, which is looked up once the deletion holds it: its creation may have ended only then. The volumes
 * that are just being made of it are waited for.
 */
export const removeSnapshotOf = step('volume-snapshot.removal', {
  idempotent: true,
  input: z.object({ snapshotUuid: z.string() }),
  output: z.null(),
  async do({ snapshotUuid }, { world: { cloud, records }, signal, until }) {
    const { cloudSnapshotId: id } = await records.read
      .selectFrom('volumeSnapshots')
      .select('cloudSnapshotId')
      .where('uuid', '=', snapshotUuid)
      .executeTakeFirstOrThrow()
    if (id === null) return null
    await until(async () => {
      const copies = await volumesBeingMadeOf(records.read, snapshotUuid)
      return copies.length === 0 ? true : undefined
    })
    await cloud.volumes.deleteSnapshot(id, signal)
    await gone('snapshot', until, () => cloud.volumes.getSnapshot(id, signal))
    return null
  },
  undo: 'nothing',
})
