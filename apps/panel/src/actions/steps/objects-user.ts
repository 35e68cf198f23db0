import { Secret } from 'evenkeel/actions'
import { z } from 'zod'
import { step } from '../define.ts'
import { asFound, gone, settled } from './settled.ts'

const User = z.object({ id: z.string() })

export const makeObjectsUser = step('object-storage.user', {
  input: z.object({ id: z.string(), accessKey: z.string(), secretKey: z.instanceof(Secret) }),
  output: User,
  async do({ secretKey, ...input }, { key, world: { cloud }, signal, until }) {
    const wanted = { ...input, secretKey: secretKey.reveal(), key }
    const user = await cloud.objectStorage.createUser(wanted, signal)
    const { id } = await settled('objects user', user, until, () =>
      cloud.objectStorage.getUser(user.id, signal),
    )
    return { id }
  },
  find: async ({ key, world: { cloud }, signal }) =>
    asFound(await cloud.objectStorage.findUsers(key, signal), ({ id }) => ({ id })),
  async undo({ id }, { world: { cloud }, signal, until }) {
    await cloud.objectStorage.deleteUser(id, signal)
    await gone('objects user', until, () => cloud.objectStorage.getUser(id, signal))
  },
})

/** Removes a recorded objects user, whose id is its own in the object store, too. What was never made is gone already. */
export const removeObjectsUserOf = step('objects-user.removal', {
  idempotent: true,
  input: z.object({ userId: z.string() }),
  output: z.null(),
  async do({ userId }, { world: { cloud }, signal, until }) {
    await cloud.objectStorage.deleteUser(userId, signal)
    await gone('objects user', until, () => cloud.objectStorage.getUser(userId, signal))
    return null
  },
  undo: 'nothing',
})
