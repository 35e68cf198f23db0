import { randomUUID } from 'node:crypto'
import type { Cloud } from './cloud.ts'
import type { CloudServerGroup } from './compute.ts'
import type { PanelEvent } from './events.ts'
import type { CloudImport, NewImport } from './images.ts'
import type { CloudLoadBalancer, LoadBalancerPart } from './load-balancers.ts'
import type { CloudNetwork, CloudPort, CloudRouter, CloudSubnet, FixedAddress } from './network.ts'
import type { Bucket, NewStorageUser, StorageUser } from './object-storage.ts'
import type { CloudSnapshot, CloudVolume } from './volumes.ts'

/** A cloud as the contract suites need it: every adapter's test file brings one. */
export interface CloudHarness {
  readonly cloud: Cloud
  /** A zone with room for a few small servers. */
  readonly zone: string
  /** A network that ports can be made on. */
  readonly network: string
  /** An image that servers boot from. */
  readonly image: string
  /** Where an image can be imported from, in its raw form, that fits into a volume of 10 GB. */
  readonly imageUrl: string
  /** Where a web server has nothing. */
  readonly absentImageUrl: string
  /** An address of the network that no port has and that was not given out before. */
  freeAddress(version: 4 | 6): FixedAddress
  /** Makes a bucket, as its user would. */
  makeBucket(bucket: Bucket): Promise<void>
  /** What was published and has arrived at whoever listens, in the order of arrival. */
  publishedEvents(): Promise<readonly PanelEvent[]>
  /** Waits until nothing that was accepted is pending any more. */
  settle(): Promise<void>
  /** Removes what the test made, and releases everything. */
  close(): Promise<void>
}

export type OpenCloud = () => Promise<CloudHarness>

/** A key that no step has. */
export function newKey(): string {
  return `contract-${randomUUID()}`
}

export const smallSize = { vcpuCount: 1, memoryGb: 4, gpuCount: 0 }
export const impossibleSize = { vcpuCount: 100_000, memoryGb: 1_000_000, gpuCount: 0 }

/** A port that is ready. */
export async function readyPort({
  cloud,
  zone,
  network,
  freeAddress,
  settle,
}: CloudHarness): Promise<CloudPort> {
  const port = await cloud.network.createPort({ key: newKey(), zone, network, addresses: [freeAddress(4)] })
  await settle()
  return port
}

/** A network of a tenant that is ready. */
export async function readyNetwork({ cloud, zone, settle }: CloudHarness): Promise<CloudNetwork> {
  const network = await cloud.network.createNetwork({ key: newKey(), zone, name: 'contract', mtu: 1500 })
  await settle()
  return network
}

/** A subnet that is ready, without gateway and name servers. */
export async function readySubnet(
  { cloud, settle }: CloudHarness,
  networkId: string,
  cidr = '10.0.0.0/24',
): Promise<CloudSubnet> {
  const settings = { gateway: null, dnsServers: [] }
  const subnet = await cloud.network.createSubnet({ key: newKey(), networkId, cidr, ...settings })
  await settle()
  return subnet
}

/** A router without a way to the internet that is ready. */
export async function readyRouter({ cloud, zone, settle }: CloudHarness): Promise<CloudRouter> {
  const wanted = { key: newKey(), zone, name: 'contract', gatewayPortId: undefined }
  const router = await cloud.network.createRouter(wanted)
  await settle()
  return router
}

/** A router, and a port on a network of a tenant that nothing has. */
export async function routerBesidePort(harness: CloudHarness) {
  const { id: networkId } = await readyNetwork(harness)
  await readySubnet(harness, networkId)
  const addresses = [{ version: 4, address: '10.0.0.1' } as const]
  const { cloud, zone } = harness
  const port = await cloud.network.createPort({ key: newKey(), zone, network: networkId, addresses })
  return { routerId: (await readyRouter(harness)).id, portId: port.id, networkId }
}

/** A router that has the port. */
export async function routerWithPort(harness: CloudHarness) {
  const made = await routerBesidePort(harness)
  await harness.cloud.network.attachRouterPort(made.routerId, made.portId)
  await harness.settle()
  return made
}

/** An objects user to make. */
export function newStorageUser(key = newKey()): NewStorageUser {
  const hex = () => randomUUID().replaceAll('-', '')
  return { key, id: hex() + hex(), accessKey: hex().toUpperCase(), secretKey: hex() }
}

/** An objects user that is ready. */
export async function readyStorageUser({ cloud, settle }: CloudHarness): Promise<StorageUser> {
  const user = await cloud.objectStorage.createUser(newStorageUser())
  await settle()
  return user
}

/** A volume that is ready and can be booted from. */
export async function readyVolume({ cloud, zone, image, settle }: CloudHarness): Promise<CloudVolume> {
  const volume = await cloud.volumes.createVolume({
    key: newKey(),
    zone,
    sizeGb: 10,
    type: 'ssd',
    image,
    snapshotId: undefined,
  })
  await settle()
  return volume
}

/** A snapshot that is ready. */
export async function readySnapshot(
  { cloud, settle }: CloudHarness,
  volumeId: string,
): Promise<CloudSnapshot> {
  const snapshot = await cloud.volumes.createSnapshot({ key: newKey(), volumeId })
  await settle()
  return snapshot
}

/** A server group that is ready, and empty. */
export async function readyServerGroup({ cloud, zone, settle }: CloudHarness): Promise<CloudServerGroup> {
  const group = await cloud.compute.createServerGroup({ key: newKey(), zone, name: 'contract' })
  await settle()
  return group
}

/** A load balancer that is ready, and put together from nothing yet. */
export async function readyLoadBalancer(harness: CloudHarness): Promise<CloudLoadBalancer> {
  const { id } = await readyPort(harness)
  const loadBalancer = await harness.cloud.loadBalancers.createLoadBalancer({
    ...newLoadBalancer(harness),
    portIds: [id],
  })
  await harness.settle()
  return loadBalancer
}

/** A load balancer without the ports that it needs. */
export function newLoadBalancer({ zone }: CloudHarness, key = newKey()) {
  return { key, zone, name: 'contract', flavor: 'lb-standard' }
}

/** A part of a load balancer that is ready: its id. */
export async function readyPart(
  { cloud, settle }: CloudHarness,
  loadBalancerId: string,
  part: LoadBalancerPart,
): Promise<string> {
  const { id } = await cloud.loadBalancers.createPart({ key: newKey(), loadBalancerId, part })
  await settle()
  return id
}

export const somePool = { kind: 'pool', algorithm: 'round_robin', protocol: 'tcp' } as const

/** A member that listens on port 80. */
export function memberOf(poolId: string, subnetId: string, address = '10.0.0.5') {
  const ports = { protocolPort: 80, monitorPort: null }
  return { kind: 'member', poolId, subnetId, address, ...ports, isEnabled: true } as const
}

/** A listener on port 80. */
export function listenerOf(poolId: string) {
  const timeouts = { timeoutClientDataMs: 50_000, timeoutMemberConnectMs: 5_000, timeoutMemberDataMs: 50_000 }
  return {
    kind: 'listener',
    poolId,
    protocol: 'tcp',
    protocolPort: 80,
    allowedCidrs: [],
    ...timeouts,
  } as const
}

/** A monitor that needs two good checks or three bad ones, two seconds apart. */
export function monitorOf(poolId: string) {
  const thresholds = { delayS: 2, timeoutS: 1, upThreshold: 2, downThreshold: 3 }
  return { kind: 'monitor', poolId, type: 'tcp', ...thresholds, http: null } as const
}

/** An image to import into the zone. */
export function newImport({ zone, imageUrl }: CloudHarness, given: Partial<NewImport> = {}): NewImport {
  const kind = { format: 'raw', firmwareType: 'bios' } as const
  return { key: newKey(), name: 'contract', zones: [zone], url: imageUrl, ...kind, ...given }
}

/** An imported image that is ready. */
export async function readyImport(harness: CloudHarness): Promise<CloudImport> {
  const image = await harness.cloud.images.importImage(newImport(harness))
  await harness.settle()
  return image
}

/** A server that has been accepted, with the key it was made under and what it is made of. */
export async function acceptedServer(harness: CloudHarness, groupId: string | undefined = undefined) {
  const key = newKey()
  const port = await readyPort(harness)
  const volume = await readyVolume(harness)
  const server = await harness.cloud.compute.createServer({
    key,
    zone: harness.zone,
    hostname: 'contract.example.org',
    ...smallSize,
    portIds: [port.id],
    volumeIds: [volume.id],
    groupId,
    sshKeys: [],
    password: undefined,
    userData: undefined,
  })
  return { key, port, volume, id: server.id }
}

/** A server that runs. */
export async function runningServer(harness: CloudHarness, groupId: string | undefined = undefined) {
  const server = await acceptedServer(harness, groupId)
  await harness.settle()
  return server
}

/** A server that has run, and is stopped. */
export async function stoppedServer(harness: CloudHarness) {
  const server = await runningServer(harness)
  await harness.cloud.compute.stopServer(server.id)
  await harness.settle()
  return server
}
