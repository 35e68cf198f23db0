import { BrokenObjectException, type EffectContext, type Found } from 'evenkeel/actions'
import { z } from 'zod'
import { requireFound } from '../../cloud/exceptions.ts'
import type { CloudVolume } from '../../cloud/volumes.ts'
import { volumeRecords } from '../../records/volumes.ts'
import { type PanelWorld, step } from '../define.ts'
import { asFound, gone, settled } from './settled.ts'

const Volume = z.object({ id: z.string() })

export const createVolume = step('volumes.volume', {
  input: z.object({
    zone: z.string(),
    sizeGb: z.int(),
    type: z.enum(['ssd', 'bulk']),
    /** Null for an empty one, or a copy. */
    image: z.string().nullable(),
    /** What it is a copy of. */
    snapshotId: z.string().optional(),
  }),
  output: Volume,
  async do({ image, snapshotId, ...input }, { key, world: { cloud }, signal, until }) {
    const wanted = { ...input, image: image ?? undefined, snapshotId, key }
    const volume = await cloud.volumes.createVolume(wanted, signal)
    const { id } = await settled('volume', volume, until, () => cloud.volumes.getVolume(volume.id, signal))
    return { id }
  },
  find: async ({ key, world: { cloud }, signal }) =>
    asFound(await cloud.volumes.findVolumes(key, signal), ({ id }) => ({ id })),
  async undo({ id }, { world: { cloud }, signal, until }) {
    await cloud.volumes.deleteVolume(id, signal)
    await gone('volume', until, () => cloud.volumes.getVolume(id, signal))
  },
})

export const extendVolume = step('volumes.extension', {
  changes: true,
  input: z.object({ volumeUuid: z.string(), id: z.string(), sizeGb: z.int() }),
  output: Volume,
  async do({ id, sizeGb }, context) {
    await context.world.cloud.volumes.extendVolume(id, sizeGb, context.signal)
    return untilVolume(id, context, hasSize(sizeGb))
  },
  find: ({ input: { id, sizeGb }, ...context }) => whetherVolume(id, context, hasSize(sizeGb)),
  // Nothing makes a volume smaller again: what it has become is what its owner has from now on.
  async undo({ id }, { input: { volumeUuid }, ...context }) {
    const { sizeGb } = await settleVolume(id, context)
    await context.world.records.transaction(db => volumeRecords.update(db, volumeUuid, { sizeGb }))
  },
})

export const revertVolume = step('volumes.revert', {
  changes: true,
  input: z.object({ id: z.string(), snapshotId: z.string() }),
  output: Volume,
  async do({ id, snapshotId }, context) {
    const { key, signal, world } = context
    await world.cloud.volumes.revertVolume({ key, volumeId: id, snapshotId }, signal)
    return untilVolume(id, context, isRevertedBy(key))
  },
  find: ({ input: { id }, ...context }) => whetherVolume(id, context, isRevertedBy(context.key)),
  // What was on the volume is overwritten, and nothing brings it back: what its undo owes is a volume that can be used.
  async undo({ id }, context) {
    await settleVolume(id, context)
  },
})

export const removeVolume = step('volumes.volume-removal', {
  idempotent: true,
  input: Volume,
  output: z.null(),
  async do({ id }, { world: { cloud }, signal, until }) {
    await cloud.volumes.deleteVolume(id, signal)
    await gone('volume', until, () => cloud.volumes.getVolume(id, signal))
    return null
  },
  undo: 'nothing',
})

const Recorded = z.object({ volumeUuid: z.string() })

/** Takes a recorded volume from whatever server has it at the cloud, as the first part of its deletion. */
export const detachVolumeOf = step('volume.detachment', {
  idempotent: true,
  // The deletion does not hold the server, which may be busy with a change of its own.
  attempts: 10,
  input: Recorded,
  output: z.null(),
  async do({ volumeUuid }, { world: { cloud, records }, signal, until }) {
    const id = await cloudVolumeIdOf(volumeUuid, records)
    if (id === null) return null
    const get = () => cloud.volumes.getVolume(id, signal)
    // A change of it that was begun before may be about to give it to a server.
    const { serverId } = await until(async () => {
      const volume = await get()
      return volume?.status.state === 'pending' ? undefined : { serverId: volume?.serverId }
    })
    if (serverId === undefined) return null
    await cloud.compute.detachVolume(serverId, id, signal)
    await until(async () => {
      const volume = await get()
      if (volume?.serverId === undefined) return true
      if (volume.status.state === 'broken')
        throw new BrokenObjectException(`volume ${id}`, volume.status.fault)
      return undefined
    })
    return null
  },
  undo: 'nothing',
})

/** `removeVolume` for a recorded volume, which is looked up once the deletion holds it: a creation may have ended only then. */
export const removeVolumeOf = step('volume.removal', {
  idempotent: true,
  input: Recorded,
  output: z.null(),
  async do({ volumeUuid }, { world: { cloud, records }, signal, until }) {
    const id = await cloudVolumeIdOf(volumeUuid, records)
    if (id === null) return null
    await cloud.volumes.deleteVolume(id, signal)
    await gone('volume', until, () => cloud.volumes.getVolume(id, signal))
    return null
  },
  undo: 'nothing',
})

async function cloudVolumeIdOf(volumeUuid: string, { read }: PanelWorld['records']): Promise<string | null> {
  const { cloudVolumeId } = await read
    .selectFrom('volumes')
    .select('cloudVolumeId')
    .where('uuid', '=', volumeUuid)
    .executeTakeFirstOrThrow()
  return cloudVolumeId
}

type Is = (volume: CloudVolume) => boolean

function hasSize(sizeGb: number): Is {
  return volume => volume.sizeGb === sizeGb
}

function isRevertedBy(key: string): Is {
  return volume => volume.revertKey === key
}

/** Waits for a settled volume that is as wanted. @throws {BrokenObjectException} it ended in an error state */
export async function untilVolume(
  id: string,
  { world, signal, until }: EffectContext<PanelWorld>,
  is: Is,
): Promise<{ id: string }> {
  return until(async () => {
    const volume = requireFound(await world.cloud.volumes.getVolume(id, signal), `volume ${id}`)
    if (volume.status.state === 'broken') throw new BrokenObjectException(`volume ${id}`, volume.status.fault)
    return volume.status.state === 'ready' && is(volume) ? { id } : undefined
  })
}

/** Whether a change has taken effect, as `find` tells it: nothing is found while the volume is settled and otherwise. */
export async function whetherVolume(
  id: string,
  { world, signal }: EffectContext<PanelWorld>,
  is: Is,
): Promise<readonly Found<{ id: string }>[]> {
  const volume = await world.cloud.volumes.getVolume(id, signal)
  if (volume === undefined) return []
  const isThere = volume.status.state !== 'ready' || is(volume)
  return isThere ? asFound([volume], () => ({ id })) : []
}

/** Brings a volume out of an error state, in which a change has left it as it was before. */
export async function settleVolume(id: string, context: EffectContext<PanelWorld>): Promise<CloudVolume> {
  const { world, signal } = context
  const get = async () => requireFound(await world.cloud.volumes.getVolume(id, signal), `volume ${id}`)
  const volume = await get()
  if (volume.status.state === 'ready') return volume
  // The size that it has anyway: the change that changes nothing.
  if (volume.status.state === 'broken') await world.cloud.volumes.extendVolume(id, volume.sizeGb, signal)
  await untilVolume(id, context, () => true)
  return get()
}
