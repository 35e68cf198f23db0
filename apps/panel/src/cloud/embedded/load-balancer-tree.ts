import type { Moment } from './moment.ts'
import { busy } from './refusals.ts'

/** @throws {CloudBusyException} something runs on the load balancer, or on a part of it */
export function requireNothingChanges({ db, operation }: Moment, loadBalancerId: string): void {
  const changing = db.one(
    `select 1 from objects where id = ? and task is not null
     union all
     select 1 from load_balancer_parts join objects using (id) where load_balancer_id = ? and task is not null`,
    loadBalancerId,
    loadBalancerId,
  )
  if (changing !== undefined) throw busy(operation)
}
