import { z } from 'zod'
import { step } from '../define.ts'
import { settleVolume, untilVolume, whetherVolume } from './volume.ts'

/** Enlarges a volume to the size that its record has. What is undone leaves a volume that can be used: nothing makes it smaller. */
export const growVolume = step('volumes.extension-repair', {
  changes: true,
  input: z.object({ id: z.string(), sizeGb: z.int() }),
  output: z.object({ id: z.string() }),
  async do({ id, sizeGb }, context) {
    await context.world.cloud.volumes.extendVolume(id, sizeGb, context.signal)
    return untilVolume(id, context, volume => volume.sizeGb === sizeGb)
  },
  find: ({ input: { id, sizeGb }, ...context }) =>
    whetherVolume(id, context, volume => volume.sizeGb === sizeGb),
  async undo({ id }, context) {
    await settleVolume(id, context)
  },
})
