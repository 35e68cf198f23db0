import { Secret } from 'evenkeel/actions'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { newCreatedAt } from '../records/created-at.ts'
import { newObjectsUserId } from '../records/objects-users.ts'
import { createObjectsUser } from './create-objects-user.ts'
import { deleteObjectsUser } from './delete-objects-user.ts'
import { type ActionsBench, actionsBench } from './panel.fixture.ts'

let bench: ActionsBench
beforeEach(async () => {
  bench = await actionsBench()
})
afterEach(() => bench.dispose())

it('a user whose bucket nobody has seen in time is gone for its owner, and stays in the store with what is in the bucket', async () => {
  const { actions, clock, cloud, projectId } = bench
  const uuid = newObjectsUserId()
  const keys = { accessKey: 'A', secretKey: new Secret('secret'), sealedSecretKey: 'sealed' }
  const createdAt = newCreatedAt(clock.now())
  const user = { uuid, projectId, name: 'backups', ...keys, tags: {}, createdAt }
  await clock.run((await actions.start(createObjectsUser, user)).end)
  cloud.makeBucket({ name: 'photos', userId: cloud.objects()[0]?.id ?? '' })

  const { end } = await actions.start(deleteObjectsUser, { projectId, uuid })

  expect(await clock.run(end)).toMatchObject({ kind: 'succeeded' })
  expect(cloud.objects()).toMatchObject([{ kind: 'objects-user', buckets: ['photos'] }])
  expect(await actions.residue()).toMatchObject([{ step: 'objects-user.removal' }])

  // Once the bucket is empty and gone, the janitor ends it.
  cloud.removeBucket('photos')
  await clock.advance(24 * 60 * 60 * 1000)
  expect(cloud.objects()).toEqual([])
  expect(await actions.residue()).toEqual([])
})
