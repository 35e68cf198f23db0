import type { Flavor } from '../catalogue.ts'
import type { Records } from '../records/database.ts'
import type { HrefSettings } from './href.ts'
import type { ServerOperations } from './server-operations.ts'

/** What the routes work with. */
export interface ApiContext {
  readonly settings: HrefSettings
  readonly records: Records
  readonly operations: ServerOperations
  /** Refuses a server for which there is no room now, before anything is promised. */
  capacityCheck(zone: string, flavor: Flavor): Promise<void>
  /** The clock, in milliseconds since 1970. */
  now(): number
}
