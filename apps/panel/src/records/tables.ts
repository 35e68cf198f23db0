import type { Kysely } from 'kysely'

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
  tokens: TokensTable
  operatorTokens: OperatorTokensTable
  servers: ServersTable
  volumes: VolumesTable
  addresses: AddressesTable
  reservations: ReservationsTable
  gone: GoneTable
  admittedActions: AdmittedActionsTable
  idempotentStarts: IdempotentStartsTable
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
  createdAt: string
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

export interface ServersTable {
  uuid: string
  projectId: string
  name: string
  hostname: string
  zone: string
  flavor: string
  image: string
  status: 'changing' | 'running' | 'stopped'
  tagsJson: string
  sshHostKeysJson: string | null
  sshFingerprintsJson: string | null
  createdAt: string
  deletedAt: string | null
  /** What is under way, in words that complete "it is": all three are set, or none. */
  change: string | null
  changeActionId: string | null
  changeSince: string | null
  cloudServerId: string | null
  cloudPortId: string | null
}

export interface VolumesTable {
  uuid: string
  projectId: string
  serverUuid: string | null
  name: string
  sizeGb: number
  type: 'ssd' | 'bulk'
  zone: string
  isRoot: 0 | 1
  /** The place among its server's volumes; the root volume is at 0. */
  position: number
  status: 'changing' | 'ready'
  tagsJson: string
  createdAt: string
  deletedAt: string | null
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
  /** The key of the action's step that holds it. */
  actionKey: string | null
  reversePtr: string
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
  kind: 'server' | 'volume'
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
