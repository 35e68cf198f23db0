import { randomUUID } from 'node:crypto'
import type { ProofEnd, ProofStart } from 'evenkeel/testing'
import { newCreatedAt } from '../../records/created-at.ts'
import type { Db } from '../../records/tables.ts'
import { changeNetwork } from '../change-network.ts'
import { changeSubnet } from '../change-subnet.ts'
import { type CreateNetworkRequest, createNetwork } from '../create-network.ts'
import { type CreateSubnetRequest, createSubnet } from '../create-subnet.ts'
import type { PanelWorld } from '../define.ts'
import { deleteNetwork } from '../delete-network.ts'
import { deleteSubnet } from '../delete-subnet.ts'
import type { ActionsBench } from '../panel.fixture.ts'
import { hasSucceeded, type ProofsOf, targetOf } from './proof-stage.ts'

type Start = ProofStart<PanelWorld, Db>

export const networkProofs: ProofsOf = async ({ bench, done, image, proof }) => {
  const empty = image()
  const request = newNetwork(bench, 'proved')
  const network = targetOf(request)
  const removal: Start = { action: deleteNetwork, input: network }
  const another: Start = { action: createNetwork, input: newNetwork(bench, 'another') }
  await done(createNetwork, request)
  const made = image()
  const newSubnet = newSubnetOn(request)
  const subnet = targetOf(newSubnet)
  const subnetRemoval: Start = { action: deleteSubnet, input: subnet }
  await done(createSubnet, newSubnet)
  const both = image()

  /** What is there can be deleted; where the rival has done so, the next one can be made. */
  const unlessDeleted = (next: Start) => (_world: unknown, ends: readonly ProofEnd[]) =>
    ends.some(({ action }) => action === 'network.delete') ? another : next
  return [
    proof(createNetwork, request, empty, {
      rival: () => removal,
      again: (_world, ends) => (hasSucceeded('network.create', ends) ? removal : another),
    }),
    proof(changeNetwork, { ...network, mtu: 1500, labels: { name: 'renamed' } }, made, {
      rival: () => removal,
      again: unlessDeleted(removal),
    }),
    proof(deleteNetwork, network, both, {
      rival: () => ({ action: changeSubnet, input: { ...subnet, dnsServers: [] } }),
      again: () => another,
    }),
    proof(createSubnet, newSubnet, made, {
      rival: () => removal,
      again: (_world, ends) =>
        hasSucceeded('subnet.create', ends) ? subnetRemoval : unlessDeleted(removal)(_world, ends),
    }),
    proof(changeSubnet, { ...subnet, gatewayAddress: '10.0.0.1', dnsServers: [] }, both, {
      rival: () => removal,
      again: unlessDeleted(subnetRemoval),
    }),
    proof(deleteSubnet, subnet, both, {
      rival: () => removal,
      again: unlessDeleted(removal),
    }),
  ]
}

function newNetwork({ projectId, clock }: ActionsBench, name: string): CreateNetworkRequest {
  return {
    uuid: randomUUID(),
    projectId,
    name,
    zone: 'rma1',
    mtu: 9000,
    subnetUuid: randomUUID(),
    tags: {},
    createdAt: newCreatedAt(clock.now()),
  }
}

function newSubnetOn({ projectId, uuid, createdAt }: CreateNetworkRequest): CreateSubnetRequest {
  return {
    uuid: randomUUID(),
    projectId,
    networkUuid: uuid,
    cidr: '10.0.0.0/24',
    gatewayAddress: null,
    dnsServers: null,
    tags: {},
    createdAt,
  }
}
