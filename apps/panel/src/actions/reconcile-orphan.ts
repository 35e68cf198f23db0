import { z } from 'zod'
import { wordsOfKind } from '../cloud/object-kinds.ts'
import { idsAtWork } from '../records/admitted.ts'
import { recordedKinds } from '../records/recorded-kinds.ts'
import type { Db } from '../records/tables.ts'
import { quietAction } from './define.ts'
import { refuseIfAlready } from './nothing-to-do.ts'
import { Orphan, removeOrphanedObject } from './steps/orphan.ts'

export type RemoveOrphanRequest = z.output<typeof Orphan>

/**
 * Removes an object that carries a key of ours, and that no record has: it ends without it, or with the reason why the cloud
 * keeps it. What made it must be over for good, so that nothing of ours can be about to take it.
 */
export const removeOrphan = quietAction('orphan.remove', {
  version: 1,
  input: Orphan,
  output: z.null(),
  steps: [removeOrphanedObject],
  locks: async ({ id }: RemoveOrphanRequest) => [`orphan:${id}`],

  async admit(orphan: RemoveOrphanRequest, db: Db) {
    const { kind, id } = orphan
    const object = `The cloud's ${wordsOfKind(kind)} ${id}`
    const record = await recordedKinds[kind].find(db, id)
    refuseIfAlready(record !== undefined, object, `recorded, as ${record?.name}`)
    const isLeaving = await recordedKinds[kind].isOfAny(db, id, await idsAtWork(db))
    refuseIfAlready(isLeaving, object, 'being removed')
    return orphan
  },

  run: (orphan, { step }) => step(removeOrphanedObject, orphan),

  onEnd: async () => {},
})
