import type { Secret } from 'evenkeel/actions'
import type { Tags } from '../records/tags.ts'
import type { VolumeType } from '../records/volumes.ts'

/** What the API asks of servers and volumes that takes many steps. All else is a database transaction of its own. */
export interface ServerOperations {
  /** Resolves when the creation is admitted: the records exist from then on, complete with their addresses. */
  create(request: CreateServerRequest, options: OperationOptions): Promise<StartedAction>
  /** Resolves when admitted, like all below; with undefined if the server is there already. */
  start(target: ServerTarget, options: OperationOptions): Promise<StartedAction | undefined>
  stop(target: ServerTarget, options: OperationOptions): Promise<StartedAction | undefined>
  reboot(target: ServerTarget, options: OperationOptions): Promise<StartedAction | undefined>
  resize(target: ResizeTarget, options: OperationOptions): Promise<StartedAction | undefined>
  delete(target: ServerTarget, options: OperationOptions): Promise<StartedAction>
  deleteVolume(target: VolumeTarget, options: OperationOptions): Promise<StartedAction>
}

export interface OperationOptions {
  /** Aborted when the client is gone: whoever only waited to be admitted never is. */
  signal: AbortSignal
}

export interface StartedAction {
  readonly actionId: string
}

export interface ServerTarget {
  readonly projectId: string
  readonly uuid: string
}

export interface ResizeTarget extends ServerTarget {
  /** The slug of the flavor that it is to have. */
  readonly flavor: string
}

export interface VolumeTarget {
  readonly projectId: string
  readonly uuid: string
}

/** A server to create, checked against the catalogue, with everything that was left open decided. */
export interface CreateServerRequest {
  readonly uuid: string
  readonly projectId: string
  readonly name: string
  readonly zone: string
  /** Slug. */
  readonly flavor: string
  /** Slug. */
  readonly image: string
  readonly rootVolume: CreateVolumeRequest
  /** The further ones, in their order. */
  readonly volumes: readonly CreateVolumeRequest[]
  /** Whether its public interface gets an IPv6 address beside the IPv4 one. */
  readonly useIpv6: boolean
  readonly sshKeys: readonly string[]
  readonly password: Secret | undefined
  readonly userData: Secret | undefined
  readonly tags: Tags
  /** With microseconds and `Z`, for the server and its volumes. */
  readonly createdAt: string
}

export interface CreateVolumeRequest {
  readonly uuid: string
  readonly name: string
  readonly sizeGb: number
  readonly type: VolumeType
}
