import { z } from 'zod'
import { callsFor, type ObjectKind, objectKinds } from '../../cloud/object-kinds.ts'
import { step } from '../define.ts'
import { gone } from './settled.ts'

export const Orphan = z.object({
  kind: z.enum(Object.keys(objectKinds) as [ObjectKind, ...ObjectKind[]]),
  /** What the cloud calls it. */
  id: z.string(),
  /** What it carries. */
  key: z.string(),
})

/** Removes an object that no record has. Its id, or its key where ids are given again, keeps a late effect from hitting another. */
export const removeOrphanedObject = step('orphan.removal', {
  idempotent: true,
  input: Orphan,
  output: z.null(),
  async do({ kind, id, key }, { world: { cloud }, signal, until }) {
    const { get, remove } = callsFor(kind)
    await remove(cloud, id, key, signal)
    await gone(kind, until, async () => {
      const object = await get(cloud, id, signal)
      return object !== undefined && (!('key' in object) || object.key === key) ? object : undefined
    })
    return null
  },
  undo: 'nothing',
})
