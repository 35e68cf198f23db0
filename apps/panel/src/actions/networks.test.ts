import { randomUUID } from 'node:crypto'
import { ActionCancelledException, type AnyAction } from 'evenkeel/actions'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cloudOperations } from '../cloud/embedded/operations.ts'
import { newCreatedAt } from '../records/created-at.ts'
import { networkRecords } from '../records/networks.ts'
import { chooseSubnetAddress } from '../records/subnet-addresses.ts'
import { subnetRecords, subnetsOfNetwork } from '../records/subnets.ts'
import type { Db } from '../records/tables.ts'
import { changeNetwork } from './change-network.ts'
import { changeSubnet } from './change-subnet.ts'
import { type CreateNetworkRequest, createNetwork } from './create-network.ts'
import { createServer } from './create-server.ts'
import { type CreateSubnetRequest, createSubnet } from './create-subnet.ts'
import type { PanelWorld } from './define.ts'
import { deleteNetwork } from './delete-network.ts'
import { deleteServer } from './delete-server.ts'
import { deleteSubnet } from './delete-subnet.ts'
import { type ActionsBench, actionsBench } from './panel.fixture.ts'
import { type Perform, performer } from './perform.ts'

let bench: ActionsBench
let perform: Perform
beforeEach(async () => {
  bench = await actionsBench()
  perform = performer({ actions: bench.actions, records: bench.records, clock: bench.clock })
})
afterEach(() => bench.dispose())

const newNetwork = (given: Partial<CreateNetworkRequest> = {}): CreateNetworkRequest => ({
  uuid: randomUUID(),
  projectId: bench.projectId,
  name: 'backend',
  zone: 'rma1',
  mtu: 9000,
  subnetUuid: randomUUID(),
  tags: {},
  createdAt: newCreatedAt(bench.clock.now()),
  ...given,
})
const newSubnet = (networkUuid: string, given: Partial<CreateSubnetRequest> = {}): CreateSubnetRequest => ({
  uuid: randomUUID(),
  projectId: bench.projectId,
  networkUuid,
  cidr: '10.0.0.0/24',
  gatewayAddress: null,
  dnsServers: null,
  tags: {},
  createdAt: newCreatedAt(bench.clock.now()),
  ...given,
})
const target = ({ uuid }: { readonly uuid: string }) => ({ projectId: bench.projectId, uuid })
const made = async (given: Partial<CreateNetworkRequest> = {}) => {
  const request = newNetwork(given)
  await bench.clock.run(perform(createNetwork, request, { until: 'ended' }))
  return request
}
const atCloud = () =>
  bench.cloud
    .objects()
    .map(({ kind }) => kind)
    .sort()
const find = ({ uuid }: { readonly uuid: string }) =>
  networkRecords.find(bench.records.read, bench.projectId, uuid)
const findSubnet = ({ uuid }: { readonly uuid: string }) =>
  subnetRecords.find(bench.records.read, bench.projectId, uuid)

/** In which order they end: the deletion of a server that was on the network, and that of something below it, asked for next. */
async function endsOfDeletions(
  network: CreateNetworkRequest,
  deletion: AnyAction<PanelWorld, Db>,
  object: { readonly uuid: string },
): Promise<readonly string[]> {
  const server = bench.newServer()
  await bench.clock.run((await bench.actions.start(createServer, server)).end)
  await putOn(network, server.uuid)
  const ends: string[] = []
  const ended: Promise<unknown>[] = []
  for (const [action, { uuid }] of [
    [deleteServer, server],
    [deletion, object],
  ] as const) {
    const { end } = await bench.actions.start(action, target({ uuid }))
    ended.push(end.then(() => ends.push(action.name)))
  }
  await bench.clock.run(Promise.all(ended))
  return ends
}

/** An interface of a server on a network, with an address, of which the cloud knows nothing. */
async function putOn(network: CreateNetworkRequest, serverUuid: string): Promise<void> {
  const uuid = randomUUID()
  const row = { uuid, serverUuid, position: 1, networkUuid: network.uuid, cloudPortId: null }
  await bench.records.transaction(async trx => {
    await trx.insertInto('interfaces').values(row).execute()
    const place = { interfaceUuid: uuid, position: 0 }
    await chooseSubnetAddress(trx, await subnetsOfNetwork(trx, network.uuid), place)
  })
}

/** Until all watches have closed, and the janitor is done. */
async function settle(): Promise<void> {
  await bench.clock.advance(240_000)
  expect(await bench.actions.residue()).toEqual([])
}

describe('network.delete', () => {
  it('calls the creation off, of which nothing is left', async () => {
    const request = newNetwork()
    const creation = await bench.actions.start(createNetwork, request)

    const deletion = await bench.actions.start(deleteNetwork, target(request))

    expect(await find(request)).toBeUndefined()
    expect(await bench.clock.run(creation.end)).toMatchObject({
      kind: 'rolled-back',
      cause: expect.any(ActionCancelledException),
    })
    expect((await bench.clock.run(deletion.end)).kind).toBe('succeeded')
    expect(atCloud()).toEqual([])
  })

  it('calls off the creations of subnets, which go with it', async () => {
    const network = await made()
    const creation = await bench.actions.start(createSubnet, newSubnet(network.uuid))

    const deletion = await bench.actions.start(deleteNetwork, target(network))

    expect((await bench.clock.run(creation.end)).kind).toBe('rolled-back')
    expect((await bench.clock.run(deletion.end)).kind).toBe('succeeded')
    expect(await subnetRecords.list(bench.records.read, bench.projectId)).toEqual([])
    expect(atCloud()).toEqual([])
  })

  it('waits for the deletion of a server that was on it', async () => {
    const network = await made()

    expect(await endsOfDeletions(network, deleteNetwork, network)).toEqual([
      'server.delete',
      'network.delete',
    ])
    expect(atCloud()).toEqual(['volume'])
  })
})

describe('network.change', () => {
  it('waits for its turn, and finds the network as the change before has left it', async () => {
    const network = await made()
    const change = (mtu: number) =>
      perform(changeNetwork, { ...target(network), mtu, labels: {} }, { until: 'ended' })

    const done = await bench.clock.run(Promise.all([change(1500), change(6601), change(6601)]))

    expect(done.map(performed => performed !== undefined)).toEqual([true, true, false])
    expect(await find(network)).toMatchObject({ mtu: 6601, change: null })
  })

  it('ends with record and cloud in agreement when its answer is lost and looking fails', async () => {
    const network = await made()
    bench.cloud.faults.replace([
      { operation: 'network.setMtu', kind: 'lose-answer', times: 1 },
      { operation: 'network.getNetwork', kind: 'refuse', times: 4 },
    ])

    await bench.actions.start(changeNetwork, { ...target(network), mtu: 1500, labels: { name: 'new' } })
    await settle()

    const record = await find(network)
    const [cloud] = bench.cloud.objects().filter(({ kind }) => kind === 'network')
    expect(record?.change).toBeNull()
    expect(record?.name).toBe(record?.mtu === 1500 ? 'new' : 'backend')
    expect(cloud).toMatchObject({ state: 'ready', mtu: record?.mtu })
  })
})

describe('subnet.create', () => {
  it('waits for the network that is just being made', async () => {
    const network = newNetwork()
    await bench.actions.start(createNetwork, network)

    const subnet = newSubnet(network.uuid)
    await bench.clock.run(perform(createSubnet, subnet, { until: 'ended' }))

    expect(await findSubnet(subnet)).toMatchObject({ change: null, cloudSubnetId: expect.any(String) })
    expect(atCloud()).toEqual(['network', 'subnet', 'subnet'])
  })

  it('waits for the addresses of a subnet that is being deleted', async () => {
    const network = await made({ subnetUuid: undefined })
    const first = newSubnet(network.uuid)
    await bench.clock.run(perform(createSubnet, first, { until: 'ended' }))
    await bench.actions.start(deleteSubnet, target(first))

    const second = newSubnet(network.uuid, { cidr: '10.0.0.0/16' })
    await bench.clock.run(perform(createSubnet, second, { until: 'ended' }))

    expect(await findSubnet(first)).toBeUndefined()
    expect(await findSubnet(second)).toMatchObject({ change: null })
    expect(atCloud()).toEqual(['network', 'subnet'])
  })

  it('makes one of two that overlap, when both are asked for at once', async () => {
    const network = await made({ subnetUuid: undefined })
    const create = (cidr: string) =>
      perform(createSubnet, newSubnet(network.uuid, { cidr }), { until: 'ended' })

    const ends = await bench.clock.run(Promise.allSettled([create('10.0.0.0/24'), create('10.0.0.0/16')]))

    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(atCloud()).toEqual(['network', 'subnet'])
  })
})

describe('subnet.delete', () => {
  it('waits for the deletion of a server that had an address of it', async () => {
    const network = await made()

    const ends = await endsOfDeletions(network, deleteSubnet, { uuid: network.subnetUuid ?? '' })

    expect(ends).toEqual(['server.delete', 'subnet.delete'])
    expect(atCloud()).toEqual(['network', 'volume'])
  })

  it('lets the creation of the network end that made it, and then removes it', async () => {
    const network = newNetwork()
    const subnet = { uuid: network.subnetUuid ?? '' }
    const creation = await bench.actions.start(createNetwork, network)

    const deletion = await bench.actions.start(deleteSubnet, target(subnet))

    expect((await bench.clock.run(creation.end)).kind).toBe('succeeded')
    expect((await bench.clock.run(deletion.end)).kind).toBe('succeeded')
    expect(await find(network)).toMatchObject({ change: null })
    expect(await findSubnet(subnet)).toBeUndefined()
    expect(atCloud()).toEqual(['network'])
  })
})

describe('every fault at every operation on networks, once', () => {
  for (const operation of cloudOperations.filter(name => /^network\..*(Network|Subnet|Mtu)/.test(name))) {
    for (const kind of ['refuse', 'busy', 'lose-answer', 'late-effect', 'error-state'] as const) {
      it(`${kind} at ${operation}: made or gone, changed or as before, deleted; no orphan`, async () => {
        bench.cloud.faults.replace([{ operation, kind, times: 1, delayMs: 3_000 }])
        const network = newNetwork()
        const subnet = { uuid: network.subnetUuid ?? '' }

        await bench.actions.start(createNetwork, network)
        await settle()
        const isThere = (await find(network)) !== undefined
        expect(atCloud()).toEqual(isThere ? ['network', 'subnet'] : [])
        if (!isThere) return

        await bench.actions.start(changeNetwork, { ...target(network), mtu: 1500, labels: {} })
        await bench.actions.start(changeSubnet, { ...target(subnet), gatewayAddress: '172.16.0.1' })
        await settle()
        expect(await find(network)).toMatchObject({ change: null })
        expect(await findSubnet(subnet)).toMatchObject({ change: null })
        expect(bench.cloud.objects().map(({ state }) => state)).toEqual(['ready', 'ready'])

        await bench.actions.start(deleteSubnet, target(subnet))
        await settle()
        expect(atCloud()).toEqual(['network'])
        await bench.actions.start(deleteNetwork, target(network))
        await settle()
        expect(atCloud()).toEqual([])
      })
    }
  }
})
