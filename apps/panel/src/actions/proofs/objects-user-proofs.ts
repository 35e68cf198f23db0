import { randomUUID } from 'node:crypto'
import { Secret } from 'evenkeel/actions'
import type { ProofStart } from 'evenkeel/testing'
import { newCreatedAt } from '../../records/created-at.ts'
import { newObjectsUserId } from '../../records/objects-users.ts'
import type { Db } from '../../records/tables.ts'
import { type CreateObjectsUserRequest, createObjectsUser } from '../create-objects-user.ts'
import type { PanelWorld } from '../define.ts'
import { deleteObjectsUser } from '../delete-objects-user.ts'
import type { ActionsBench } from '../panel.fixture.ts'
import { hasSucceeded, type ProofsOf, targetOf } from './proof-stage.ts'

type Start = ProofStart<PanelWorld, Db>

/** A user of the object store is made, and deleted meanwhile; and is deleted while another one is made. */
export const objectsUserProofs: ProofsOf = async ({ bench, done, image, proof }) => {
  const empty = image()
  const request = newUser(bench, 'proved')
  const removal: Start = { action: deleteObjectsUser, input: targetOf(request) }
  const another: Start = { action: createObjectsUser, input: newUser(bench, 'another') }
  await done(createObjectsUser, request)
  return [
    proof(createObjectsUser, request, empty, {
      rival: () => removal,
      again: (_world, ends) => (hasSucceeded(createObjectsUser.name, ends) ? removal : another),
    }),
    proof(deleteObjectsUser, targetOf(request), image(), {
      rival: () => ({ action: createObjectsUser, input: newUser(bench, 'rival') }),
      again: () => another,
    }),
  ]
}

function newUser({ projectId, clock }: ActionsBench, name: string): CreateObjectsUserRequest {
  return {
    uuid: newObjectsUserId(),
    projectId,
    name,
    accessKey: randomUUID(),
    secretKey: new Secret(randomUUID()),
    sealedSecretKey: 'sealed',
    tags: {},
    createdAt: newCreatedAt(clock.now()),
  }
}
