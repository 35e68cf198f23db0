import type { EffectContext } from 'evenkeel/actions'
import { z } from 'zod'
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
  find: ({ input: { serverId, volumeId }, ...context }) =>
    whetherVolume(volumeId, context, volume => volume.serverId === serverId),
  async undo(_volume, { input, ...context }) {
    await detach(input, context)
  },
})

export const detachVolume = step('compute.volume-detachment', {
  changes: true,
  input: Attachment,
  output: Volume,
  do: detach,
  find: ({ input: { volumeId }, ...context }) =>
    whetherVolume(volumeId, context, volume => volume.serverId === undefined),
  async undo(_volume, { input, ...context }) {
    await attach(input, context)
  },
})

async function attach(
  { serverId, volumeId }: Attachment,
  context: EffectContext<PanelWorld>,
): Promise<{ id: string }> {
  await context.world.cloud.compute.attachVolume(serverId, volumeId, context.signal)
  return untilVolume(volumeId, context, volume => volume.serverId === serverId)
}

async function detach(
  { serverId, volumeId }: Attachment,
  context: EffectContext<PanelWorld>,
): Promise<{ id: string }> {
  await context.world.cloud.compute.detachVolume(serverId, volumeId, context.signal)
  return untilVolume(volumeId, context, volume => volume.serverId === undefined)
}
