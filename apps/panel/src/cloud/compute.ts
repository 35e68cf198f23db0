import type { Listed, ListPage, ObjectState } from './cloud.ts'

export interface NewCloudServer {
  /** The key of the step that makes it: stays on the object, so that it can be found again. */
  readonly key: string
  readonly zone: string
  readonly hostname: string
  readonly vcpuCount: number
  readonly memoryGb: number
  readonly gpuCount: number
  /** Ports and volumes must be ready; the first volume is booted from. */
  readonly portIds: readonly string[]
  readonly volumeIds: readonly string[]
  /** The server group that keeps it away from the others in it. */
  readonly groupId: string | undefined
  /** Servers of the zone whose hosts it must not be on, besides those of its group. Those that are gone don't matter. @default none */
  readonly apartFromIds?: readonly string[]
  readonly sshKeys: readonly string[]
  readonly password: string | undefined
  readonly userData: string | undefined
}

export type PowerState = 'running' | 'stopped'

export interface CloudServer {
  readonly id: string
  readonly status: ObjectState
  /** Whether it is in an error state because no host was left for it. */
  readonly isWithoutHost: boolean
  /** What it was last settled in. */
  readonly power: PowerState
  readonly vcpuCount: number
  readonly memoryGb: number
  readonly gpuCount: number
  /** Grows by one with every reboot that took effect. */
  readonly bootCount: number
  /** Public host keys and their fingerprints, once it has booted. */
  readonly sshHostKeys: readonly string[]
  readonly sshFingerprints: readonly string[]
}

/** What a flavor asks of the hosts. */
export interface Size {
  readonly vcpuCount: number
  readonly memoryGb: number
  readonly gpuCount: number
}

export interface NewCloudServerGroup {
  /** The key of the step that makes it: stays on the object, so that it can be found again. */
  readonly key: string
  readonly zone: string
  readonly name: string
}

/** Servers that are to run on different hosts. */
export interface CloudServerGroup {
  readonly id: string
  readonly status: ObjectState
}

/**
 * Servers. Changes are accepted first (`pending`) and settle later. Reads are as fresh as effects. A server
 * in an error state accepts start, stop, reboot and delete, which settle it again. All calls throw the
 * exceptions of `cloud/exceptions.ts`; changing an absent server is a `CloudObjectNotFoundException`.
 */
export interface Compute {
  /** @throws {NoCapacityException} no host has room. That no host is left that is apart from others is told later, as an error state */
  createServer(server: NewCloudServer, signal?: AbortSignal): Promise<CloudServer>
  /** Every server that carries the key, oldest first. */
  findServers(key: string, signal?: AbortSignal): Promise<readonly CloudServer[]>
  /** Accepts the deletion, also of a server that is being built; deleting an absent server is success. Its ports and volumes stay. */
  deleteServer(id: string, signal?: AbortSignal): Promise<void>
  /** The server, or undefined once it is gone. */
  getServer(id: string, signal?: AbortSignal): Promise<CloudServer | undefined>
  listServers(page: ListPage, signal?: AbortSignal): Promise<readonly Listed<CloudServer>[]>
  startServer(id: string, signal?: AbortSignal): Promise<void>
  stopServer(id: string, signal?: AbortSignal): Promise<void>
  rebootServer(id: string, signal?: AbortSignal): Promise<void>
  /** The server must be stopped. @throws {NoCapacityException} no host has room */
  resizeServer(id: string, size: Size, signal?: AbortSignal): Promise<void>
  /**
   * Accepts a volume of the same zone for a server that runs or is stopped: the volume is `pending`, then carries the
   * server's id. Of the volume that the server has already it is success. What fails leaves the volume in an error state, as it
   * was: attaching or detaching it settles it again.
   *
   * @throws {CloudObjectInUseException} another server has it. @throws {CloudBusyException} it is being attached already
   * @throws {CloudStateException} the server or the volume is in an error state that allows no change
   */
  attachVolume(serverId: string, volumeId: string, signal?: AbortSignal): Promise<void>
  /**
   * Accepts the taking away of a volume that isn't booted from, also from a server in an error state. Of one that the server
   * doesn't have it is success, also where either is gone.
   *
   * @throws {CloudRefusedException} the server boots from it: it goes with the server only
   */
  detachVolume(serverId: string, volumeId: string, signal?: AbortSignal): Promise<void>
  /** As with volumes: the port is `pending`, then carries the server's id. */
  attachPort(serverId: string, portId: string, signal?: AbortSignal): Promise<void>
  detachPort(serverId: string, portId: string, signal?: AbortSignal): Promise<void>
  createServerGroup(group: NewCloudServerGroup, signal?: AbortSignal): Promise<CloudServerGroup>
  /** Every group that carries the key, oldest first. */
  findServerGroups(key: string, signal?: AbortSignal): Promise<readonly CloudServerGroup[]>
  getServerGroup(id: string, signal?: AbortSignal): Promise<CloudServerGroup | undefined>
  listServerGroups(page: ListPage, signal?: AbortSignal): Promise<readonly Listed<CloudServerGroup>[]>
  /** Deleting an absent group is success; its servers stay, on the hosts where they are. */
  deleteServerGroup(id: string, signal?: AbortSignal): Promise<void>
  /** Whether a server of this size would find room now. A promise of nothing: others may be faster. */
  hasRoom(zone: string, size: Size, signal?: AbortSignal): Promise<boolean>
}
