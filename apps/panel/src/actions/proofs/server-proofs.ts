import { randomUUID } from 'node:crypto'
import { newCreatedAt } from '../../records/created-at.ts'
import { rebootServerAction, startServerAction, stopServerAction } from '../change-power.ts'
import { createNetwork } from '../create-network.ts'
import { createServer } from '../create-server.ts'
import { deleteServer } from '../delete-server.ts'
import type { ActionsBench } from '../panel.fixture.ts'
import { resizeServerAction } from '../resize-server.ts'
import { hasSucceeded, type ProofStage, type ProofsOf, targetOf } from './proof-stage.ts'

/** Servers on the public network and a private one; a new one is kept apart from another that was there before. */
export const serverProofs: ProofsOf = async stage => {
  const { bench, done, created, image, proof, another, nextOf } = stage
  const network = await privateNetwork(stage)
  const interfaces = [
    { kind: 'public', versions: [4] },
    { kind: 'of-network', networkUuid: network },
  ] as const
  const beside = await created({ name: 'beside', volumes: [], interfaces: interfaces.slice(1) })
  const empty = image()
  const group = { kind: 'apart-from', serverUuid: beside.uuid, newGroupUuid: randomUUID() } as const
  const newServer = bench.newServer({ name: 'proved', interfaces: interfaces.slice(0, 1), group })
  const removal = { action: deleteServer, input: targetOf(newServer) }
  const target = await created({ interfaces })
  const running = image()
  await done(stopServerAction, target)
  const stopped = image()
  const rivalAndNext = {
    rival: () => ({ action: deleteServer, input: target }),
    again: nextOf(target),
  }
  return [
    proof(createServer, newServer, empty, {
      rival: () => removal,
      again: (_world, ends) => (hasSucceeded('server.create', ends) ? removal : another),
    }),
    proof(deleteServer, target, running, {
      rival: () => ({ action: stopServerAction, input: target }),
      again: () => another,
    }),
    proof(startServerAction, target, stopped, rivalAndNext),
    proof(stopServerAction, target, running, rivalAndNext),
    proof(rebootServerAction, target, running, rivalAndNext),
    proof(resizeServerAction, { ...target, flavor: 'flex-8-2' }, stopped, rivalAndNext),
  ]
}

/** The uuid of a network with a subnet. */
export async function privateNetwork({ bench, done }: ProofStage): Promise<string> {
  const request = newNetwork(bench)
  await done(createNetwork, request)
  return request.uuid
}

function newNetwork({ projectId, clock }: ActionsBench) {
  return {
    uuid: randomUUID(),
    projectId,
    name: 'private',
    zone: 'rma1',
    mtu: 9000,
    subnetUuid: randomUUID(),
    tags: {},
    createdAt: newCreatedAt(clock.now()),
  }
}
