import type { Moment } from './moment.ts'
import { type ObjectRow, requireUnused } from './objects.ts'

/** @throws {CloudObjectInUseException} a load balancer is reached by the port, or a router has it or is about to */
export function requireNotConnected(moment: Moment, port: ObjectRow): void {
  const row = moment.db.one<{ load_balancer_id: string | null }>(
    'select load_balancer_id from ports where id = ?',
    port.id,
  )
  requireUnused(port, 'load-balancer', row?.load_balancer_id ?? null)
  requireUnused(port, 'router', routerOf(moment, port.id))
}

/** The router that has a port, or is about to. */
export function routerOf({ db }: Moment, portId: string): string | null {
  const row = db.one<{ router_id: string | null }>(
    'select coalesce(router_id, next_router_id) as router_id from ports where id = ?',
    portId,
  )
  return row?.router_id ?? null
}
