import type { BucketCheck } from '../actions/bucket-check.ts'
import type { FindBucketUsage } from '../actions/bucket-usage.ts'
import type { FindEarlierStart } from '../actions/earlier-start.ts'
import type { PanelActions } from '../actions/panel-actions.ts'
import type { Perform } from '../actions/perform.ts'
import type { Flavor } from '../catalogue.ts'
import type { HealthOfMember } from '../cloud/load-balancers.ts'
import type { Records } from '../records/database.ts'
import type { SecretBox } from '../secret-box.ts'
import type { Settings } from '../settings.ts'
import type { HrefSettings } from './href.ts'
import type { SendCreated } from './idempotency.ts'

/** What the routes work with. */
export interface ApiContext {
  readonly settings: HrefSettings & Pick<Settings, 'rateLimit' | 'changingMs'>
  readonly records: Records
  /** What takes many steps. All else is a database transaction of its own. */
  readonly perform: Perform
  /** The engine, to show actions and to call them off. */
  readonly actions: Pick<PanelActions, 'view' | 'cancel' | 'subscribe'>
  /** Tells a repeated request from a new one. */
  readonly findEarlierStart: FindEarlierStart
  /** How each resource answers a creation, by the path of its list. */
  readonly creations: Map<string, SendCreated>
  /** Refuses a server for which there is no room now, before anything is promised. */
  capacityCheck(zone: string, flavor: Flavor): Promise<void>
  /** The health of the members of load balancers, by what the cloud calls them; nothing of those of which nobody can say. */
  healthOfMembers(cloudLoadBalancerIds: readonly string[]): Promise<readonly HealthOfMember[]>
  /** Keeps what must be shown again. */
  readonly secrets: SecretBox
  /** Refuses to have an objects user deleted who has buckets, as far as anybody can say. */
  readonly bucketCheck: BucketCheck
  /** What the buckets of objects users were used for in some periods. */
  readonly bucketUsage: FindBucketUsage
  /** The clock, in milliseconds since 1970. */
  now(): number
}
