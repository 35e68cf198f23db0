import type { PowerState } from '../../cloud/compute.ts'
import { type AtCloud, known, recordsAtCloud } from '../at-cloud.ts'

export interface ServerAtCloud extends AtCloud {
  /** Undefined while it changes. */
  readonly power: PowerState | undefined
  /** Slug. */
  readonly flavor: string
}

export const servers = recordsAtCloud({
  live: db =>
    db
      .selectFrom('servers')
      .select(['cloudServerId as id', 'uuid', 'projectId', 'name', 'flavor', 'status'])
      .where('deletedAt', 'is', null),
  everOf: db => db.selectFrom('servers').select(['cloudServerId as id', 'uuid as of']),
  present: ({ status, ...row }): ServerAtCloud => ({
    ...known(row),
    power: status === 'changing' ? undefined : status,
  }),
})
