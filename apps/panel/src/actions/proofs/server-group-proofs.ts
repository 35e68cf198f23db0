import { randomUUID } from 'node:crypto'
import { newCreatedAt } from '../../records/created-at.ts'
import { createServer } from '../create-server.ts'
import { type CreateServerGroupRequest, createServerGroup } from '../create-server-group.ts'
import { deleteServerGroup } from '../delete-server-group.ts'
import type { ActionsBench } from '../panel.fixture.ts'
import { hasSucceeded, type ProofsOf, targetOf } from './proof-stage.ts'

/** A group is made, and deleted while a server is to be made in it. */
export const serverGroupProofs: ProofsOf = async ({ bench, done, image, proof }) => {
  const empty = image()
  const request = newGroup(bench, 'proved')
  const removal = { action: deleteServerGroup, input: targetOf(request) }
  const another = { action: createServerGroup, input: newGroup(bench, 'another') }
  await done(createServerGroup, request)
  const group = { kind: 'group', groupUuid: request.uuid } as const
  return [
    proof(createServerGroup, request, empty, {
      rival: () => removal,
      again: (_world, ends) => (hasSucceeded('server-group.create', ends) ? removal : another),
    }),
    proof(deleteServerGroup, removal.input, image(), {
      rival: () => ({ action: createServer, input: bench.newServer({ name: 'member', group }) }),
      again: () => another,
    }),
  ]
}

function newGroup({ projectId, clock }: ActionsBench, name: string): CreateServerGroupRequest {
  return {
    uuid: randomUUID(),
    projectId,
    name,
    type: 'anti-affinity',
    zone: 'rma1',
    tags: {},
    createdAt: newCreatedAt(clock.now()),
  }
}
