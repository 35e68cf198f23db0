import { sql } from 'kysely'
import { type AtCloud, known, recordsAtCloud } from '../at-cloud.ts'

export interface PointerAtCloud extends AtCloud {
  readonly hostname: string
  /** Whether it is of a floating IP, and not of a server. */
  readonly isFloating: boolean
}

/** Of servers' public addresses and of floating IPs. */
export const pointers = recordsAtCloud({
  live: db =>
    db
      .selectFrom('addresses')
      .innerJoin('servers', 'servers.uuid', 'addresses.serverUuid')
      .innerJoin('interfaces', 'interfaces.uuid', 'addresses.interfaceUuid')
      .select(['addresses.address as id', 'servers.uuid', 'servers.projectId', 'addresses.address as name'])
      .select(['addresses.reversePtr as hostname', sql.lit(0).as('isFloating')])
      .where('servers.deletedAt', 'is', null)
      .where('interfaces.position', 'is not', null)
      .unionAll(
        db
          .selectFrom('floatingIps')
          .select(['address as id', 'uuid', 'projectId', 'address as name'])
          .select(({ ref }) => [ref('reversePtr').$notNull().as('hostname'), sql.lit(1).as('isFloating')])
          .where('isReleased', '=', sql.lit(0 as const))
          .where('deletedAt', 'is', null)
          .where('heldBy', 'is', null)
          .where('reversePtr', 'is not', null),
      ),
  everOf: db =>
    db
      .selectFrom('addresses')
      .select(['address as id', 'serverUuid as of'])
      .unionAll(db.selectFrom('floatingIps').select(['address as id', 'uuid as of'])),
  present: ({ isFloating, ...row }): PointerAtCloud => ({ ...known(row), isFloating: isFloating === 1 }),
})
