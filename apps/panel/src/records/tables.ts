import type { Generated, Kysely } from 'kysely'
import type { CloudListener, CloudMonitor, CloudPool } from '../cloud/load-balancers.ts'

/** Where a record function reads or writes: `records.read`, or the `trx` of `records.transaction`. */
export type Db = Kysely<Tables>

/**
 * The panel's tables, with the names that code uses; the database itself writes them in snake_case.
 * Times are texts with microseconds and `Z` (`created-at.ts`) unless a name ends in `Ms`; 0 and 1 are
 * the truth values; columns that end in `Json` hold JSON.
 */
export interface Tables {
  meta: MetaTable
  projects: ProjectsTable
  suspensions: SuspensionsTable
  suspendedServers: SuspendedServersTable
  maintenance: MaintenanceTable
  tokens: TokensTable
  operatorTokens: OperatorTokensTable
  closedSessions: ClosedSessionsTable
  servers: ServersTable
  volumes: VolumesTable
  addresses: AddressesTable
  freedOrdinals: FreedOrdinalsTable
  networks: NetworksTable
  subnets: SubnetsTable
  interfaces: InterfacesTable
  subnetAddresses: SubnetAddressesTable
  serverGroups: ServerGroupsTable
  serverGroupMembers: ServerGroupMembersTable
  volumeSnapshots: VolumeSnapshotsTable
  floatingIps: FloatingIpsTable
  loadBalancers: LoadBalancersTable
  loadBalancerPools: LoadBalancerPoolsTable
  loadBalancerMembers: LoadBalancerMembersTable
  loadBalancerListeners: LoadBalancerListenersTable
  loadBalancerMonitors: LoadBalancerMonitorsTable
  customImageImports: CustomImageImportsTable
  customImages: CustomImagesTable
  objectsUsers: ObjectsUsersTable
  routers: RoutersTable
  projectActions: ProjectActionsTable
  events: EventsTable
  reservations: ReservationsTable
  gone: GoneTable
  admittedActions: AdmittedActionsTable
  idempotentStarts: IdempotentStartsTable
  findings: FindingsTable
  reconcilerRuns: ReconcilerRunsTable
}

export interface MetaTable {
  key: string
  value: string
}

export interface ProjectsTable {
  id: string
  name: string
  defaultZone: string
  quotaServers: number
  quotaVcpus: number
  quotaMemoryGb: number
  quotaVolumeGb: number
  /** The quotas of all other kinds, by kind; what is missing has its default. */
  quotasJson: Generated<string>
  createdAt: string
  deletedAt: Generated<string | null>
}

/** The projects that are suspended now. */
export interface SuspensionsTable {
  projectId: string
  /** For operators. */
  reason: string
  /** For customers, who are told nothing else. */
  message: string | null
  /** The operator. */
  suspendedBy: string
  since: string
  /** The action that suspended it. */
  actionId: string
}

/** The servers that were shut down because their project is suspended, until they run again. */
export interface SuspendedServersTable {
  serverUuid: string
}

/** What is announced: one row, or none. */
export interface MaintenanceTable {
  onlyRow: 1
  fromMs: number
  untilMs: number
  /** For customers. */
  message: string | null
  /** The operator. */
  announcedBy: string
  announcedAt: string
}

export interface TokensTable {
  id: string
  projectId: string
  name: string
  /** SHA-256 of the token, in hex digits: the token itself is kept nowhere. */
  hash: string
  isReadOnly: 0 | 1
  /** Made from a setting: the next value of that setting replaces it. */
  isFromEnvironment: 0 | 1
  createdAt: string
}

export interface OperatorTokensTable {
  id: string
  name: string
  hash: string
  isFromEnvironment: 0 | 1
  createdAt: string
}

export interface ClosedSessionsTable {
  id: string
  endsAtMs: number
}

/** What the tables of everything that belongs to a project begin with. */
export interface OwnedTable {
  uuid: string
  projectId: string
  tagsJson: string
  createdAt: string
  deletedAt: string | null
  /** What is under way, in words that complete "it is": all three are set, or none. */
  change: string | null
  changeActionId: string | null
  changeSince: string | null
}

export interface ServersTable extends OwnedTable {
  name: string
  hostname: string
  zone: string
  flavor: string
  /** Its slug in the catalogue; of a tenant's own `custom:` and what that was called. */
  image: string
  /** Of a tenant's own, which may be gone since: null for one of the catalogue. */
  imageName: Generated<string | null>
  imageUuid: Generated<string | null>
  status: 'changing' | 'running' | 'stopped'
  sshHostKeysJson: string | null
  sshFingerprintsJson: string | null
  cloudServerId: string | null
  /** Of its only port, where a release before interfaces made it. */
  cloudPortId: string | null
}

export interface VolumesTable extends OwnedTable {
  serverUuid: string | null
  name: string
  sizeGb: number
  type: 'ssd' | 'bulk'
  zone: string
  isRoot: 0 | 1
  /** The place among its server's volumes; the root volume is at 0. */
  position: number
  status: 'changing' | 'ready'
  /** The snapshot that it is just being made of. */
  snapshotUuid: Generated<string | null>
  cloudVolumeId: string | null
}

export interface AddressesTable {
  address: string
  version: 4 | 6
  zone: string
  /** The subnet that it is from, in CIDR notation. */
  prefix: string
  /** Its number in the zone's pool: the lowest free one is given next. */
  ordinal: number
  state: 'chosen' | 'held'
  serverUuid: string | null
  interfaceUuid: Generated<string | null>
  /** The key of the action's step that holds it. */
  actionKey: string | null
  reversePtr: string
}

/** The ordinals below a pool's highest that nobody has: kept by triggers on the addresses. */
export interface FreedOrdinalsTable {
  zone: string
  version: 4 | 6
  ordinal: number
}

export interface NetworksTable extends OwnedTable {
  name: string
  zone: string
  mtu: number
  cloudNetworkId: string | null
}

export interface SubnetsTable extends OwnedTable {
  networkUuid: string
  /** Canonical. */
  cidr: string
  gatewayAddress: string | null
  /** Null for the provider's. */
  dnsServersJson: string | null
  cloudSubnetId: string | null
}

export interface InterfacesTable {
  uuid: string
  /** Whose it is: a server's, a load balancer's, or a router's. */
  serverUuid: string | null
  loadBalancerUuid: Generated<string | null>
  routerUuid: Generated<string | null>
  /** The place among its owner's interfaces, from 0; null for one that isn't yet, or not any more, for its owner to see. */
  position: number | null
  /** Null for the public network. */
  networkUuid: string | null
  cloudPortId: string | null
  /** Of a router's, once it is made. */
  macAddress: Generated<string | null>
}

/** An address of a tenant's subnet that something has. Whatever has none is free. */
export interface SubnetAddressesTable {
  subnetUuid: string
  /** Its number in the subnet, whose own address is number 0. */
  ordinal: number
  address: string
  version: 4 | 6
  interfaceUuid: string
  /** The place among its interface's addresses, from 0. */
  position: number
  state: 'chosen' | 'held'
  /** The key of the action's step that holds it. */
  actionKey: string | null
  /** Whether nothing has the next number: kept by triggers, so that the lowest free one is found by an index. */
  isNextFree: Generated<0 | 1>
}

export interface ServerGroupsTable extends OwnedTable {
  name: string
  type: 'anti-affinity'
  zone: string
  cloudGroupId: string | null
}

export interface ServerGroupMembersTable {
  serverUuid: string
  groupUuid: string
  /** The place among its server's groups, from 0. */
  position: number
}

export interface VolumeSnapshotsTable extends OwnedTable {
  volumeUuid: string
  name: string
  sizeGb: number
  zone: string
  status: 'creating' | 'available' | 'deleting'
  cloudSnapshotId: string | null
}

export interface FloatingIpsTable extends OwnedTable {
  /** The first one of its network. */
  address: string
  version: 4 | 6
  prefixLength: number
  type: 'regional' | 'global'
  /** Null if it is global. */
  region: string | null
  /** Where it is from, and its number there: the lowest free one is given next. */
  pool: string
  ordinal: number
  /** What it is assigned to. A deleted server stays here until no route leads to it any more. */
  serverUuid: string | null
  loadBalancerUuid: Generated<string | null>
  /** The address of that which it leads to. */
  nextHop: string | null
  /** Null for a network of several addresses. */
  reversePtr: string | null
  /** Until it is made: the creation that is to give its address back if it fails, then the key of the step that does. */
  heldBy: string | null
  /** Whether others may be given it. */
  isReleased: Generated<0 | 1>
}

export interface LoadBalancersTable extends OwnedTable {
  name: string
  zone: string
  /** Slug. */
  flavor: string
  status: 'changing' | 'running'
  cloudLoadBalancerId: string | null
}

/** What the tables of everything begin with that a load balancer is put together from. */
export interface LoadBalancerPartTable extends OwnedTable {
  loadBalancerUuid: string
  cloudPartId: string | null
}

export interface LoadBalancerPoolsTable extends LoadBalancerPartTable {
  name: string
  algorithm: CloudPool['algorithm']
  protocol: CloudPool['protocol']
}

export interface LoadBalancerMembersTable extends LoadBalancerPartTable {
  poolUuid: string
  /** The one that its address is of. */
  subnetUuid: string
  name: string
  address: string
  protocolPort: number
  /** Null for the same port. */
  monitorPort: number | null
  isEnabled: 0 | 1
}

export interface LoadBalancerListenersTable extends LoadBalancerPartTable {
  poolUuid: string
  name: string
  protocol: CloudListener['protocol']
  protocolPort: number
  allowedCidrsJson: string
  timeoutClientDataMs: number
  timeoutMemberConnectMs: number
  timeoutMemberDataMs: number
}

export interface LoadBalancerMonitorsTable extends LoadBalancerPartTable {
  poolUuid: string
  type: CloudMonitor['type']
  delayS: number
  timeoutS: number
  upThreshold: number
  downThreshold: number
  /** Null where nothing is asked by HTTP. */
  httpJson: string | null
}

export interface CustomImageImportsTable extends OwnedTable {
  name: string
  slug: string | null
  url: string
  sourceFormat: string
  firmwareType: string
  userDataHandling: string
  zonesJson: string
  status: 'in_progress' | 'success' | 'failed'
  /** Why it has failed. */
  errorMessage: string | null
}

export interface CustomImagesTable extends OwnedTable {
  name: string
  slug: string | null
  zonesJson: string
  sizeGb: number
  md5: string
  sha256: string
  firmwareType: string
  userDataHandling: string
  cloudImageId: string
}

export interface ObjectsUsersTable extends OwnedTable {
  name: string
  accessKey: string
  /** Encrypted (`secret-box.ts`), for this user alone. */
  sealedSecretKey: string
  cloudUserId: string | null
}

export interface RoutersTable extends OwnedTable {
  name: string
  zone: string
  /** Whether it leads to the internet. */
  isInternetGateway: 0 | 1
  status: 'changing' | 'running'
  cloudRouterId: string | null
}

/** An action as its project knows it. */
export interface ProjectActionsTable {
  actionId: string
  projectId: string
  name: string
  objectKind: string
  objectUuid: string
  objectName: string
  /** The name of the token that asked for it. */
  initiator: string
  /** What the project's log says of it when it has succeeded; null for nothing. */
  logAction: string | null
  logMessage: string | null
  state: 'running' | 'succeeded' | 'rolled-back'
  /** Why it was rolled back, in the customer's words. */
  reason: string | null
  startedAt: string
  endedAt: string | null
}

/** What has happened, in its order: the project's log, and the outbox of what is passed on. */
export interface EventsTable {
  id: Generated<number>
  projectId: string
  /** Its kind and uuid: `server:3f0c…`. */
  object: string
  action: string
  message: string
  initiator: string
  at: string
  deliveredAt: Generated<string | null>
}

export interface ReservationsTable {
  actionId: string
  projectId: string
  servers: number
  vcpus: number
  memoryGb: number
  volumeGb: number
}

export interface GoneTable {
  uuid: string
  projectId: string
  kind: string
  detail: string
  untilMs: number
}

export interface AdmittedActionsTable {
  id: string
  name: string
  version: number
  inputJson: string
  locksJson: string
  atMs: number
}

export interface IdempotentStartsTable {
  /** Whose key it is. */
  principal: string
  key: string
  actionId: string
  /** The action's name. */
  action: string
  requestHash: string
  atMs: number
}

/** Where records and cloud differ, and what has become of it. */
export interface FindingsTable {
  id: Generated<number>
  kind: 'orphan' | 'missing' | 'drifted' | 'broken'
  objectKind: string
  cloudId: string | null
  objectUuid: string | null
  projectId: string | null
  objectName: string | null
  /** The one that differs; empty for the whole object. */
  field: string
  what: string
  remediesJson: string
  state: 'open' | 'repairing' | 'repaired' | 'dismissed' | 'passed'
  /** The repair under way, or the last one. */
  actionId: string | null
  attempts: Generated<number>
  lastReason: string | null
  nextTryAtMs: number | null
  firstSeenAtMs: number
  lastSeenAtMs: number
  settledAtMs: number | null
  dismissedReason: string | null
  dismissedBy: string | null
}

export interface ReconcilerRunsTable {
  id: Generated<number>
  startedAtMs: number
  endedAtMs: number
  comparedJson: string
  othersCount: number
  foundJson: string
  exceptionJson: string | null
}
