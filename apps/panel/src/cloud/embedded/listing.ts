import type { Listed, ListPage } from '../cloud.ts'
import type { Moment } from './moment.ts'
import { type ObjectKind, type ObjectRow, requireSound } from './objects.ts'

/** However many are asked for, a page has no more. */
const pageMax = 1000

/**
 * A page of all objects of a kind.
 *
 * @param present what a row shows besides its key and age
 * @throws {CloudRefusedException} the page is to have less than one object
 */
export function listObjects<Row extends ObjectRow, T>(
  moment: Moment,
  kind: ObjectKind,
  { after = '', limit }: ListPage,
  present: (row: Row) => T,
): readonly Listed<T>[] {
  const isLimitSound = Number.isSafeInteger(limit) && limit > 0
  requireSound(moment, isLimitSound, `a page has a whole number of objects, at least 1, not ${limit}`)
  const rows = moment.db.all<Row>(
    `select * from objects join ${tables[kind]} using (id) where kind = ? and id > ? order by id limit ?`,
    kind,
    after,
    Math.min(limit, pageMax),
  )
  return rows.map(row => ({ ...present(row), key: row.key, madeAtMs: row.made_at_ms }))
}

/** Where each kind has its own. */
const tables: { readonly [Kind in ObjectKind]: string } = {
  port: 'ports',
  volume: 'volumes',
  snapshot: 'snapshots',
  server: 'servers',
  'server-group': 'server_groups',
  pointer: 'pointers',
  network: 'networks',
  subnet: 'subnets',
  route: 'routes',
  image: 'images',
  router: 'routers',
  'objects-user': 'objects_users',
  'load-balancer': 'load_balancers',
  pool: 'load_balancer_parts',
  member: 'load_balancer_parts',
  listener: 'load_balancer_parts',
  monitor: 'load_balancer_parts',
}
