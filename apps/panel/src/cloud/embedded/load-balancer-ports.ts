import type { Moment } from './moment.ts'
import { type ObjectRow, requireUnused } from './objects.ts'

/** @throws {CloudObjectInUseException} a load balancer is reached by the port */
export function requireNoLoadBalancer({ db }: Moment, port: ObjectRow): void {
  const row = db.one<{ load_balancer_id: string | null }>(
    'select load_balancer_id from ports where id = ?',
    port.id,
  )
  requireUnused(port, 'load-balancer', row?.load_balancer_id ?? null)
}
