import type { EffectContext } from 'evenkeel/actions'
import { z } from 'zod'
import type { CloudVolume } from '../../cloud/volumes.ts'
import { type PanelWorld, step } from '../define.ts'
import { untilVolume, whetherVolume } from './volume.ts'

/** A volume and a server, by what the cloud calls them. */
const Attachment = z.object({ serverId: z.string(), volumeId: z.string() })
type Attachment = z.output<typeof Attachment>

const Volume = z.object({ id: z.string() })

export const attachVolume = step('compute.volume-attachment', {
  changes: true,
  input: Attachment,
  output: Volume,
  do: attach,
  find: ({ input: { serverId, volumeId }, ...context }) => whetherVolume(volumeId, context, isAt(serverId)),
  undo: (_volume, { input, ...context }) => ifThere(input, context, detach),
})

export const detachVolume = step('compute.volume-detachment', {
  changes: true,
  input: Attachment,
  output: Volume,
  do: detach,
  find: ({ input: { serverId, volumeId }, ...context }) =>
    whetherVolume(volumeId, context, isNotAt(serverId)),
  undo: (_volume, { input, ...context }) => ifThere(input, context, attach),
})

async function attach(
  { serverId, volumeId }: Attachment,
  context: EffectContext<PanelWorld>,
): Promise<{ id: string }> {
  await context.world.cloud.compute.attachVolume(serverId, volumeId, context.signal)
  return untilVolume(volumeId, context, isAt(serverId))
}

async function detach(
  { serverId, volumeId }: Attachment,
  context: EffectContext<PanelWorld>,
): Promise<{ id: string }> {
  await context.world.cloud.compute.detachVolume(serverId, volumeId, context.signal)
  return untilVolume(volumeId, context, isNotAt(serverId))
}

/** An undo may be done once more when all that came before it has been undone, and the volume with it. */
async function ifThere(
  attachment: Attachment,
  context: EffectContext<PanelWorld>,
  change: typeof attach,
): Promise<void> {
  const volume = await context.world.cloud.volumes.getVolume(attachment.volumeId, context.signal)
  if (volume !== undefined) await change(attachment, context)
}

function isAt(serverId: string): (volume: CloudVolume) => boolean {
  return volume => volume.serverId === serverId
}

/** Another server may have it by now: where it was before, or is going to be. */
function isNotAt(serverId: string): (volume: CloudVolume) => boolean {
  return volume => volume.serverId !== serverId
}
