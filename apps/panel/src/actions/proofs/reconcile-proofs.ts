import { randomUUID } from 'node:crypto'
import { newTxId } from 'evenkeel'
import type { AnyAction } from 'evenkeel/actions'
import { type ProofStart, VirtualClock } from 'evenkeel/testing'
import type { EmbeddedCloud } from '../../cloud/embedded/embedded-cloud.ts'
import type { CloudObject } from '../../cloud/embedded/inventory.ts'
import { newCreatedAt } from '../../records/created-at.ts'
import type { Db } from '../../records/tables.ts'
import { volumeRecords } from '../../records/volumes.ts'
import { startServerAction, stopServerAction } from '../change-power.ts'
import { createFloatingIp } from '../create-floating-ip.ts'
import { createNetwork } from '../create-network.ts'
import type { PanelWorld } from '../define.ts'
import { deleteFloatingIp } from '../delete-floating-ip.ts'
import { deleteLoadBalancer } from '../delete-load-balancer.ts'
import { deleteNetwork } from '../delete-network.ts'
import { deleteServer } from '../delete-server.ts'
import { deleteSubnet } from '../delete-subnet.ts'
import { deleteVolume } from '../delete-volume.ts'
import { type ActionsBench, virtualCloud } from '../panel.fixture.ts'
import { repairFloatingIp } from '../reconcile-floating-ip.ts'
import { repairListener, repairMember, repairMonitor } from '../reconcile-load-balancer-part.ts'
import { repairNetwork, repairSubnet } from '../reconcile-network.ts'
import { removeOrphan } from '../reconcile-orphan.ts'
import { followPower, repairServerPointer, repairServerSize } from '../reconcile-server.ts'
import { repairVolume } from '../reconcile-volume.ts'
import { prepareLoadBalancer } from './load-balancer-proofs.ts'
import { type PanelImage, panelWorlds } from './panel-world.ts'
import { type PanelProof, type ProofStage, type ProofsOf, targetOf } from './proof-stage.ts'
import { panelProblems } from './usable.ts'

type Start = ProofStart<PanelWorld, Db>

/** What the reconciler has done about servers, volumes and floating IPs, while they are deleted. */
export const reconcileServerProofs: ProofsOf = async stage => {
  const { bench, done, another } = stage
  const { records } = bench
  await stage.created({ name: 'other', volumes: [] })
  const { id: otherId } = newest(bench, 'server')
  const volume = { projectId: bench.projectId, uuid: randomUUID() }
  const server = await stage.created({
    volumes: [{ uuid: volume.uuid, name: 'proved-1', sizeGb: 100, type: 'bulk' }],
  })
  const { id: serverId } = newest(bench, 'server')
  const { id: volumeId } = newest(bench, 'volume')
  const floatingIp = newFloatingIp(bench, server.uuid)
  await done(createFloatingIp, floatingIp)
  await done(stopServerAction, server)

  const route = newest(bench, 'route')
  const floatingPointer = newest(bench, 'pointer')
  const astray = { key: route.key, nextHop: '198.51.100.1', name: 'astray.example.org' }
  const [creation = ''] = newest(bench, 'server', serverId).key.split('/')
  const pointer = bench.cloud
    .objects()
    .find(({ kind, key }) => kind === 'pointer' && key.startsWith(creation))
  const { id: address, key: pointerKey } = pointer as CloudObject
  const orphan = { kind: 'volume' as const, id: '', key: `${newTxId()}/volumes.volume` }
  const whileDeleted = { rival: () => ({ action: deleteServer, input: server }), again: stage.nextOf(server) }
  const others = await Promise.all([
    repairOf(stage, followPower, server, {
      diverge: cloud => cloud.compute.startServer(serverId),
      rival: () => ({ action: startServerAction, input: server }),
      again: stage.nextOf(server),
    }),
    repairOf(stage, repairServerSize, server, {
      diverge: cloud => cloud.compute.resizeServer(serverId, { vcpuCount: 2, memoryGb: 4, gpuCount: 0 }),
      ...whileDeleted,
    }),
    repairOf(
      stage,
      repairServerPointer,
      { ...server, address },
      {
        diverge: cloud => cloud.dns.removePointer(address, pointerKey),
        ...whileDeleted,
      },
    ),
    repairOf(stage, repairFloatingIp, targetOf(floatingIp), {
      diverge: ({ routes }) => routes.announce({ ...astray, prefix: route.id }),
      andThen: ({ dns }) => dns.setPointer({ ...astray, address: floatingPointer.id }),
      rival: () => ({ action: deleteFloatingIp, input: targetOf(floatingIp) }),
      again: () => another,
    }),
    repairOf(stage, removeOrphan, orphan, {
      async diverge(cloud) {
        const wanted = {
          zone: 'rma1',
          sizeGb: 10,
          type: 'ssd',
          image: undefined,
          snapshotId: undefined,
        } as const
        orphan.id = (await cloud.volumes.createVolume({ ...wanted, key: orphan.key })).id
      },
      rival: () => ({ action: deleteServer, input: server }),
      again: stage.nextOf(server),
    }),
  ])
  // Volumes only grow: one is too small where it is the record that has grown.
  await records.transaction(db => volumeRecords.update(db, volume.uuid, { sizeGb: 200 }))
  const ofVolume = await repairOf(stage, repairVolume, volume, {
    diverge: cloud => cloud.compute.detachVolume(serverId, volumeId),
    andThen: cloud => cloud.compute.attachVolume(otherId, volumeId),
    rival: () => ({ action: deleteVolume, input: volume }),
    again: () => another,
  })
  return [...others, ofVolume]
}

/** The same about networks. */
export const reconcileNetworkProofs: ProofsOf = async stage => {
  const { bench, done } = stage
  const network = { uuid: randomUUID(), projectId: bench.projectId }
  const subnet = { uuid: randomUUID(), projectId: bench.projectId }
  const named = { name: 'proved', zone: 'rma1', mtu: 1500, ...common(bench) }
  await done(createNetwork, { ...named, ...network, subnetUuid: subnet.uuid })
  const { id: networkId } = newest(bench, 'network')
  const { id: subnetId } = newest(bench, 'subnet')
  const again = (): Start => ({
    action: createNetwork,
    input: { ...named, uuid: randomUUID(), subnetUuid: randomUUID() },
  })
  return Promise.all([
    repairOf(stage, repairNetwork, network, {
      diverge: cloud => cloud.network.setMtu(networkId, 1300),
      rival: () => ({ action: deleteNetwork, input: network }),
      again,
    }),
    repairOf(stage, repairSubnet, subnet, {
      diverge: cloud => cloud.network.setSubnet(subnetId, { gateway: null, dnsServers: ['192.0.2.53'] }),
      rival: () => ({ action: deleteSubnet, input: subnet }),
      again,
    }),
  ])
}

/** The same about parts of load balancers. */
export const reconcilePartProofs: ProofsOf = async stage => {
  const { loadBalancer, member, listener, monitor, another } = await prepareLoadBalancer(stage)
  const choices = {
    rival: () => ({ action: deleteLoadBalancer, input: targetOf(loadBalancer) }),
    again: () => another,
  }
  const idOf = (kind: CloudObject['kind']) => newest(stage.bench, kind).id
  return Promise.all([
    repairOf(stage, repairMember, targetOf(member), {
      diverge: cloud => cloud.loadBalancers.setPart(idOf('member'), { isEnabled: false }),
      ...choices,
    }),
    repairOf(stage, repairListener, targetOf(listener), {
      diverge: cloud =>
        cloud.loadBalancers.setPart(idOf('listener'), {
          protocol: 'udp',
          protocolPort: 53,
          allowedCidrs: [],
          timeoutClientDataMs: 1_000,
          timeoutMemberConnectMs: 1_000,
          timeoutMemberDataMs: 1_000,
        }),
      ...choices,
    }),
    repairOf(stage, repairMonitor, targetOf(monitor), {
      diverge: cloud =>
        cloud.loadBalancers.setPart(idOf('monitor'), {
          delayS: 60,
          timeoutS: 30,
          upThreshold: 9,
          downThreshold: 9,
          http: null,
        }),
      ...choices,
    }),
  ])
}

interface Choices extends Required<Parameters<ProofStage['proof']>[3]> {
  /** What somebody does at the cloud past the panel. */
  diverge(cloud: EmbeddedCloud): Promise<unknown>
  /** What they do once that has settled. @default nothing more */
  readonly andThen?: ((cloud: EmbeddedCloud) => Promise<unknown>) | undefined
}

/**
 * The proof of a repair begins with a world in which records and cloud differ: until it has succeeded, that is not a problem
 * that it has made.
 */
async function repairOf(
  stage: ProofStage,
  action: AnyAction<PanelWorld, Db>,
  input: unknown,
  { diverge, andThen = async () => {}, ...choices }: Choices,
): Promise<PanelProof> {
  const image = await diverged(stage.image(), [diverge, andThen])
  const atFirst = await problemsIn(image)
  if (atFirst.size === 0)
    throw new TypeError(`${action.name} was to be proved where there is something to repair`)
  const proof = stage.proof(action, input, image, choices)
  return {
    ...proof,
    options: {
      ...proof.options,
      usable(world, ends) {
        const isRepaired = ends.some(({ action: name, kind }) => name === action.name && kind === 'succeeded')
        return panelProblems(world).filter(problem => isRepaired || !atFirst.has(problem))
      },
    },
  }
}

async function diverged(
  { records, cloud: bytes }: PanelImage,
  changes: readonly Choices['diverge'][],
): Promise<PanelImage> {
  const clock = new VirtualClock()
  const cloud = virtualCloud(clock, { image: bytes })
  try {
    for (const change of changes) {
      await clock.run(change(cloud))
      await clock.advance(60_000)
      cloud.objects() // What was accepted is settled by whoever looks.
    }
    return { records, cloud: cloud.image() }
  } finally {
    cloud.close()
  }
}

async function problemsIn(image: PanelImage): Promise<ReadonlySet<string>> {
  await using worlds = await panelWorlds(image)
  return new Set(panelProblems(await worlds.next(new VirtualClock())))
}

/** The object with this id, or the newest of its kind. */
function newest({ cloud }: ActionsBench, kind: CloudObject['kind'], wanted?: string): CloudObject {
  const found = cloud.objects().findLast(({ kind: its, id }) => its === kind && id === (wanted ?? id))
  if (found === undefined) throw new TypeError(`the stage has no ${kind}`)
  return found
}

function newFloatingIp({ projectId, clock }: ActionsBench, server: string) {
  const decided = { version: 4, isNetwork: false, region: 'rma', reversePtr: 'proved.example.org' } as const
  return { uuid: randomUUID(), projectId, ...decided, server, tags: {}, createdAt: newCreatedAt(clock.now()) }
}

function common({ projectId, clock }: ActionsBench) {
  return { projectId, tags: {}, createdAt: newCreatedAt(clock.now()) }
}
