import { Secret } from 'evenkeel/actions'
import { z } from 'zod'
import { newObjectsUserId, objectsUserRecords } from '../../records/objects-users.ts'
import { step } from '../define.ts'
import { asFound, gone, settled } from './settled.ts'

const User = z.object({ id: z.string() })

/**
 * The object store leaves the choice of an id to us: each attempt has its own, so that a late removal of what an earlier one
 * has made finds nothing of a later one's.
 */
export const makeObjectsUser = step('object-storage.user', {
  input: z.object({ accessKey: z.string(), secretKey: z.instanceof(Secret) }),
  output: User,
  async do({ accessKey, secretKey }, { key, world: { cloud }, signal, until }) {
    const wanted = { id: newObjectsUserId(), accessKey, secretKey: secretKey.reveal(), key }
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

/**
 * Removes a recorded objects user. What the object store calls it is looked up once the deletion holds it: a creation may
 * have ended only then. What was never made is gone already.
 */
export const removeObjectsUserOf = step('objects-user.removal', {
  idempotent: true,
  input: z.object({ userId: z.string() }),
  output: z.null(),
  async do({ userId }, { world: { cloud, records }, signal, until }) {
    const id = (await objectsUserRecords.findAny(records.read, userId))?.cloudUserId ?? null
    if (id === null) return null
    await cloud.objectStorage.deleteUser(id, signal)
    await gone('objects user', until, () => cloud.objectStorage.getUser(id, signal))
    return null
  },
  undo: 'nothing',
})
