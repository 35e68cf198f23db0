import type { Listed, ListPage, ObjectState } from './cloud.ts'

/** One address on a port. */
export interface FixedAddress {
  readonly version: 4 | 6
  readonly address: string
}

export interface NewPort {
  /** The key of the step that makes it: stays on the object, so that it can be found again. */
  readonly key: string
  readonly zone: string
  /** `public`, or the id of a network. */
  readonly network: string
  /** None for a port that only sees its neighbours' frames. */
  readonly addresses: readonly FixedAddress[]
}

export interface CloudPort {
  readonly id: string
  /** `public`, or the id of a network. */
  readonly network: string
  /** The server that it is attached to. */
  readonly serverId: string | undefined
  /** The router that it is an interface of, or that it leads to the internet. */
  readonly routerId: string | undefined
  /** The load balancer that is reached by it. */
  readonly loadBalancerId: string | undefined
  readonly macAddress: string
  readonly addresses: readonly FixedAddress[]
  readonly status: ObjectState
}

export interface NewCloudNetwork {
  /** The key of the step that makes it: stays on the object, so that it can be found again. */
  readonly key: string
  readonly zone: string
  readonly name: string
  /** The largest packet, in bytes. */
  readonly mtu: number
}

export interface CloudNetwork {
  readonly id: string
  readonly mtu: number
  readonly status: ObjectState
}

/** What can be changed about a subnet later. */
export interface SubnetSettings {
  /** Null for none. */
  readonly gateway: string | null
  /** What its DHCP server tells. */
  readonly dnsServers: readonly string[]
}

export interface NewCloudSubnet extends SubnetSettings {
  /** The key of the step that makes it: stays on the object, so that it can be found again. */
  readonly key: string
  readonly networkId: string
  /** In canonical CIDR notation. */
  readonly cidr: string
}

export interface CloudSubnet extends SubnetSettings {
  readonly id: string
  readonly networkId: string
  readonly status: ObjectState
}

export interface NewCloudRouter {
  /** The key of the step that makes it: stays on the object, so that it can be found again. */
  readonly key: string
  readonly zone: string
  readonly name: string
  /** The public port that leads to the internet; undefined for none. */
  readonly gatewayPortId: string | undefined
}

export interface CloudRouter {
  readonly id: string
  readonly status: ObjectState
}

/**
 * Networks, their subnets, ports on them, and routers between them. Networks and subnets that are changed are `pending`, then as asked for: until
 * then, and where the change failed, they are as they were. Whoever changes them, or uses them for something new, meanwhile
 * is told that they are busy. Reads are as fresh as effects. All calls throw the exceptions of `cloud/exceptions.ts`.
 */
export interface Network {
  createNetwork(network: NewCloudNetwork, signal?: AbortSignal): Promise<CloudNetwork>
  /** Every network that carries the key, oldest first. */
  findNetworks(key: string, signal?: AbortSignal): Promise<readonly CloudNetwork[]>
  /** The network, or undefined once it is gone. */
  getNetwork(id: string, signal?: AbortSignal): Promise<CloudNetwork | undefined>
  listNetworks(page: ListPage, signal?: AbortSignal): Promise<readonly Listed<CloudNetwork>[]>
  setMtu(id: string, mtu: number, signal?: AbortSignal): Promise<void>
  /** Accepts the deletion; its subnets go with it. Deleting an absent one is success. @throws {CloudObjectInUseException} a port is on it */
  deleteNetwork(id: string, signal?: AbortSignal): Promise<void>
  /** @throws {CloudRefusedException} it overlaps with another one of its network */
  createSubnet(subnet: NewCloudSubnet, signal?: AbortSignal): Promise<CloudSubnet>
  /** Every subnet that carries the key, oldest first. */
  findSubnets(key: string, signal?: AbortSignal): Promise<readonly CloudSubnet[]>
  /** The subnet, or undefined once it is gone. */
  getSubnet(id: string, signal?: AbortSignal): Promise<CloudSubnet | undefined>
  listSubnets(page: ListPage, signal?: AbortSignal): Promise<readonly Listed<CloudSubnet>[]>
  setSubnet(id: string, settings: SubnetSettings, signal?: AbortSignal): Promise<void>
  /** Accepts the deletion; deleting an absent one is success. @throws {CloudObjectInUseException} a port has an address of it */
  deleteSubnet(id: string, signal?: AbortSignal): Promise<void>
  /**
   * @throws {AddressInUseException} another port of the network has one of the addresses
   * @throws {CloudRefusedException} no subnet of the network has it to give; the public network has no subnets to ask
   * @throws {CloudObjectNotFoundException} there is no such network
   */
  createPort(port: NewPort, signal?: AbortSignal): Promise<CloudPort>
  /** Every port that carries the key, oldest first. */
  findPorts(key: string, signal?: AbortSignal): Promise<readonly CloudPort[]>
  /** Accepts the deletion; deleting an absent port is success. @throws {CloudObjectInUseException} something holds it */
  deletePort(id: string, signal?: AbortSignal): Promise<void>
  /** The port, or undefined once it is gone. */
  getPort(id: string, signal?: AbortSignal): Promise<CloudPort | undefined>
  listPorts(page: ListPage, signal?: AbortSignal): Promise<readonly Listed<CloudPort>[]>
  /** @throws {CloudObjectInUseException} something holds the port that is to lead to the internet */
  createRouter(router: NewCloudRouter, signal?: AbortSignal): Promise<CloudRouter>
  /** Every router that carries the key, oldest first. */
  findRouters(key: string, signal?: AbortSignal): Promise<readonly CloudRouter[]>
  /** The router, or undefined once it is gone. */
  getRouter(id: string, signal?: AbortSignal): Promise<CloudRouter | undefined>
  listRouters(page: ListPage, signal?: AbortSignal): Promise<readonly Listed<CloudRouter>[]>
  /** Accepts the deletion; its ports stay, and are nobody's then. Deleting an absent one is success. */
  deleteRouter(id: string, signal?: AbortSignal): Promise<void>
  /**
   * Accepts a port as the router's interface on its network. What is so already is success.
   *
   * @throws {CloudObjectInUseException} something else holds the port
   */
  attachRouterPort(routerId: string, portId: string, signal?: AbortSignal): Promise<void>
  /** Accepts that the router gives a port up. One that it doesn't have is success. */
  detachRouterPort(routerId: string, portId: string, signal?: AbortSignal): Promise<void>
}
