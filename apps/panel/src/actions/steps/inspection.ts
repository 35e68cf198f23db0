import type { Schema } from 'evenkeel/actions'
import { z } from 'zod'
import { requireFound } from '../../cloud/exceptions.ts'
import { callsFor, type ObjectKind, type ObjectOf, wordsOfKind } from '../../cloud/object-kinds.ts'
import { step } from '../define.ts'

/** Looks at an object that is about to be repaired: somebody else may have set it right since it was compared. */
export function inspection<Kind extends ObjectKind, Seen>(
  name: string,
  kind: Kind,
  schema: Schema<Seen>,
  show: (object: ObjectOf<Kind>) => Seen,
) {
  return step(name, {
    idempotent: true,
    input: z.object({ id: z.string() }),
    output: schema,
    async do({ id }, { world: { cloud }, signal }) {
      const object = await callsFor(kind).get(cloud, id, signal)
      return show(requireFound(object, `${wordsOfKind(kind)} ${id}`) as ObjectOf<Kind>)
    },
    undo: 'nothing',
  })
}
