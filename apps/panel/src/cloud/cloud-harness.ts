import { randomUUID } from 'node:crypto'
import type { Cloud } from './cloud.ts'
import type { CloudPort, FixedAddress } from './network.ts'
import type { CloudVolume } from './volumes.ts'

/** A cloud as the contract suites need it: every adapter's test file brings one. */
export interface CloudHarness {
  readonly cloud: Cloud
  /** A zone with room for a few small servers. */
  readonly zone: string
  /** A network that ports can be made on. */
  readonly network: string
  /** An image that servers boot from. */
  readonly image: string
  /** An address of the network that no port has and that was not given out before. */
  freeAddress(version: 4 | 6): FixedAddress
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

/** A server that has been accepted, with the key it was made under and what it is made of. */
export async function acceptedServer(harness: CloudHarness) {
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
    groupId: undefined,
    sshKeys: [],
    password: undefined,
    userData: undefined,
  })
  return { key, port, volume, id: server.id }
}

/** A server that runs. */
export async function runningServer(harness: CloudHarness) {
  const server = await acceptedServer(harness)
  await harness.settle()
  return server
}
