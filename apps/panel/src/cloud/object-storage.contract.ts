import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type CloudHarness,
  newKey,
  newStorageUser,
  type OpenCloud,
  readyStorageUser,
} from './cloud-harness.ts'
import { CloudObjectInUseException, CloudRefusedException, CloudTimeoutException } from './exceptions.ts'
import type { ObjectStorage, Usage } from './object-storage.ts'

/** What every `ObjectStorage` must do. */
export function objectStorageContract(name: string, open: OpenCloud): void {
  describe(`${name} as an object store`, () => {
    let harness: CloudHarness
    let storage: ObjectStorage
    beforeEach(async () => {
      harness = await open()
      storage = harness.cloud.objectStorage
    })
    afterEach(() => harness.close())

    /** A user who has a bucket of each name. */
    const userWith = async (...names: string[]) => {
      const { id: userId } = await readyStorageUser(harness)
      for (const name of names) await harness.makeBucket({ name, userId })
      return userId
    }

    it('makes a user with the id and the access key given, which gets ready', async () => {
      const wanted = newStorageUser()

      await storage.createUser(wanted)

      await harness.settle()
      const { id, accessKey } = wanted
      expect(await storage.getUser(id)).toEqual({ id, accessKey, status: { state: 'ready' } })
    })

    it('finds a user by its key as soon as it was accepted, and none under another key', async () => {
      const wanted = newStorageUser()
      await storage.createUser(wanted)

      expect((await storage.findUsers(wanted.key)).map(({ id }) => id)).toEqual([wanted.id])
      expect(await storage.findUsers(newKey())).toEqual([])
    })

    it('makes no second user of an id or an access key', async () => {
      const first = newStorageUser()
      await storage.createUser(first)
      for (const { id, accessKey } of [
        { ...newStorageUser(), id: first.id },
        { ...newStorageUser(), accessKey: first.accessKey },
      ]) {
        const second = { ...newStorageUser(), id, accessKey }

        await expect(storage.createUser(second)).rejects.toBeInstanceOf(CloudRefusedException)
        expect(await storage.findUsers(second.key)).toEqual([])
      }
    })

    it('deletes a user', async () => {
      const { id } = await readyStorageUser(harness)

      await storage.deleteUser(id)

      await harness.settle()
      expect(await storage.getUser(id)).toBeUndefined()
    })

    it('takes the deletion of an absent user for done', async () => {
      const { id } = newStorageUser()
      await storage.deleteUser(id)
      expect(await storage.getUser(id)).toBeUndefined()
    })

    it('does not delete a user who has a bucket: what is in it is theirs', async () => {
      const userId = await userWith('contract-kept')

      await expect(storage.deleteUser(userId)).rejects.toBeInstanceOf(CloudObjectInUseException)
      expect(await storage.getUser(userId)).toBeDefined()
    })

    it('lists the buckets of the users that are asked for by their names, and nobody else’s', async () => {
      const [one, other] = [await userWith('contract-b', 'contract-a'), await userWith('contract-c')]
      await userWith('contract-foreign')

      expect(await storage.listBuckets([one, other, newStorageUser().id])).toEqual([
        { name: 'contract-a', userId: one },
        { name: 'contract-b', userId: one },
        { name: 'contract-c', userId: other },
      ])
      expect(await storage.listBuckets([])).toEqual([])
    })

    it('tells what was done with each bucket in each period: nothing before it was made, and nothing after now', async () => {
      const dayMs = 86_400_000
      const longAgo = { fromMs: 0, toMs: dayMs }
      const some = { fromMs: 10 * 365 * dayMs, toMs: 200 * 365 * dayMs }
      const inFuture = { fromMs: 200 * 365 * dayMs, toMs: 201 * 365 * dayMs }
      const userId = await userWith('contract-used')
      await harness.settle()

      const [used, ...more] = await storage.bucketUsage([userId], [longAgo, some, inFuture])

      expect(more).toEqual([])
      const nothing = { requests: 0, objectCount: 0, storageBytes: 0, receivedBytes: 0, sentBytes: 0 }
      const wholeNumbers = Object.fromEntries(Object.keys(nothing).map(name => [name, expect.any(Number)]))
      expect(used).toEqual({ name: 'contract-used', userId, usage: [nothing, wholeNumbers, nothing] })
      const numbers = Object.values(used?.usage[1] as Usage)
      expect(numbers.every(number => Number.isSafeInteger(number) && number >= 0)).toBe(true)
    })

    it('takes an aborted call for one whose outcome is unknown', async () => {
      const creating = storage.createUser(newStorageUser(), AbortSignal.abort())

      await expect(creating).rejects.toBeInstanceOf(CloudTimeoutException)
    })
  })
}
