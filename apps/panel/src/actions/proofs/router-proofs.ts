import { randomUUID } from 'node:crypto'
import type { ProofEnd, ProofStart } from 'evenkeel/testing'
import { newCreatedAt } from '../../records/created-at.ts'
import type { Db } from '../../records/tables.ts'
import { type AddRouterInterfaceRequest, addRouterInterface } from '../add-router-interface.ts'
import { createNetwork } from '../create-network.ts'
import { type CreateRouterRequest, createRouter } from '../create-router.ts'
import type { PanelWorld } from '../define.ts'
import { deleteNetwork } from '../delete-network.ts'
import { deleteRouter } from '../delete-router.ts'
import type { ActionsBench } from '../panel.fixture.ts'
import { removeRouterInterfaceAction } from '../remove-router-interface.ts'
import { hasSucceeded, type ProofsOf, targetOf } from './proof-stage.ts'

type Start = ProofStart<PanelWorld, Db>

/** A router that leads to the internet is made, given an interface, rid of it, and deleted with one. */
export const routerProofs: ProofsOf = async ({ bench, done, image, proof }) => {
  const network = { uuid: randomUUID(), subnetUuid: randomUUID() }
  await done(createNetwork, newNetwork(bench, network))
  const empty = image()
  const request = newRouter(bench, 'proved')
  const router = targetOf(request)
  const removal: Start = { action: deleteRouter, input: router }
  const another: Start = { action: createRouter, input: newRouter(bench, 'another') }
  await done(createRouter, request)
  const made = image()
  const addition: AddRouterInterfaceRequest = {
    ...router,
    interfaceUuid: randomUUID(),
    networkUuid: network.uuid,
    addresses: [],
  }
  await done(addRouterInterface, addition)
  const connected = image()
  const interfaceRemoval = { ...router, interfaceUuid: addition.interfaceUuid }

  const networkRemoval: Start = {
    action: deleteNetwork,
    input: { projectId: router.projectId, uuid: network.uuid },
  }

  const isDeleted = (ends: readonly ProofEnd[]) => ends.some(({ action }) => action === deleteRouter.name)
  const unlessDeleted = (next: Start) => (_world: unknown, ends: readonly ProofEnd[]) =>
    isDeleted(ends) ? another : next
  return [
    proof(createRouter, request, empty, {
      rival: () => removal,
      again: (_world, ends) => (hasSucceeded(createRouter.name, ends) ? removal : another),
    }),
    proof(addRouterInterface, addition, made, {
      rival: () => removal,
      again: unlessDeleted(removal),
    }),
    proof(removeRouterInterfaceAction, interfaceRemoval, connected, {
      rival: () => removal,
      again: unlessDeleted(removal),
    }),
    proof(deleteRouter, router, connected, {
      rival: () => ({ action: removeRouterInterfaceAction, input: interfaceRemoval }),
      again: (_world, ends) => (isDeleted(ends) ? networkRemoval : removal),
    }),
  ]
}

function newNetwork(
  { projectId, clock }: ActionsBench,
  uuids: { readonly uuid: string; readonly subnetUuid: string },
) {
  const createdAt = newCreatedAt(clock.now())
  return { ...uuids, projectId, name: 'backend', zone: 'rma1', mtu: 9000, tags: {}, createdAt }
}

function newRouter({ projectId, clock }: ActionsBench, name: string): CreateRouterRequest {
  return {
    uuid: randomUUID(),
    projectId,
    name,
    zone: 'rma1',
    isInternetGateway: true,
    tags: {},
    createdAt: newCreatedAt(clock.now()),
    changingMs: 0,
  }
}
