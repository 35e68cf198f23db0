import type { ObjectState } from './cloud.ts'

/** One address on a port. */
export interface FixedAddress {
  readonly version: 4 | 6
  readonly address: string
}

export interface NewPort {
  /** The key of the step that makes it: stays on the object, so that it can be found again. */
  readonly key: string
  readonly zone: string
  readonly network: string
  readonly addresses: readonly FixedAddress[]
}

export interface CloudPort {
  readonly id: string
  readonly macAddress: string
  readonly addresses: readonly FixedAddress[]
  readonly status: ObjectState
}

/**
 * Ports on networks. Reads are as fresh as effects. All calls throw the exceptions of `cloud/exceptions.ts`.
 */
export interface Network {
  /** @throws {AddressInUseException} another port has one of the addresses */
  createPort(port: NewPort, signal?: AbortSignal): Promise<CloudPort>
  /** Every port that carries the key, oldest first. */
  findPorts(key: string, signal?: AbortSignal): Promise<readonly CloudPort[]>
  /** Accepts the deletion; deleting an absent port is success. @throws {CloudObjectInUseException} a server holds it */
  deletePort(id: string, signal?: AbortSignal): Promise<void>
  /** The port, or undefined once it is gone. */
  getPort(id: string, signal?: AbortSignal): Promise<CloudPort | undefined>
}
