import { randomUUID } from 'node:crypto'
import type { ProofEnd, ProofStart } from 'evenkeel/testing'
import { newCreatedAt } from '../../records/created-at.ts'
import type { Db } from '../../records/tables.ts'
import { changeFloatingIp } from '../change-floating-ip.ts'
import { type CreateFloatingIpRequest, createFloatingIp } from '../create-floating-ip.ts'
import type { PanelWorld } from '../define.ts'
import { deleteFloatingIp } from '../delete-floating-ip.ts'
import { deleteServer } from '../delete-server.ts'
import type { ActionsBench } from '../panel.fixture.ts'
import type { Target } from '../target.ts'
import { hasSucceeded, type ProofStage, type ProofsOf, targetOf } from './proof-stage.ts'

type Start = ProofStart<PanelWorld, Db>

export const floatingIpProofs: ProofsOf = async stage => {
  const { proof } = stage
  const { server, other, empty, request, assigned, another } = await prepare(stage)
  const removal: Start = { action: deleteFloatingIp, input: targetOf(request) }
  const move: Start = { action: changeFloatingIp, input: moved(request, other, 'elsewhere.example') }
  const deleted = (name: string) => (ends: readonly ProofEnd[]) => ends.some(({ action }) => action === name)
  return [
    proof(createFloatingIp, request, empty, {
      rival: () => removal,
      again: (_world, ends) => (hasSucceeded('floating-ip.create', ends) ? removal : another),
    }),
    // Its server is deleted while it is being moved to another one.
    proof(changeFloatingIp, move.input, assigned, {
      rival: () => ({ action: deleteServer, input: server }),
      again: () => removal,
    }),
    proof(deleteFloatingIp, removal.input, assigned, {
      rival: () => move,
      again: (_world, ends) => (deleted('floating-ip.delete')(ends) ? another : removal),
    }),
  ]
}

/** What a floating IP means for the actions on its server. */
export const floatingIpServerProofs: ProofsOf = async stage => {
  const { server, other, request, assigned, another } = await prepare(stage)
  return [
    // It is moved to another server while its own is being deleted.
    stage.proof(deleteServer, server, assigned, {
      rival: () => ({ action: changeFloatingIp, input: moved(request, other, undefined) }),
      again: () => another,
    }),
  ]
}

/** Two servers, and a floating IP that leads to the first. */
async function prepare({ bench, created, done, image }: ProofStage) {
  const server = await created({ name: 'first', volumes: [] })
  const other = await created({ name: 'second', volumes: [] })
  const empty = image()
  const request = newFloatingIp(bench, server)
  await done(createFloatingIp, request)
  const another: Start = { action: createFloatingIp, input: newFloatingIp(bench, other) }
  return { server, other, empty, request, assigned: image(), another }
}

function newFloatingIp(
  { projectId, clock }: ActionsBench,
  { uuid: server }: Target,
): CreateFloatingIpRequest {
  return {
    uuid: randomUUID(),
    projectId,
    version: 4,
    isNetwork: false,
    region: 'rma',
    server,
    reversePtr: undefined,
    tags: {},
    createdAt: newCreatedAt(clock.now()),
  }
}

function moved(floatingIp: Target, { uuid: server }: Target, reversePtr: string | undefined) {
  return { ...targetOf(floatingIp), server, reversePtr, labels: {} }
}
