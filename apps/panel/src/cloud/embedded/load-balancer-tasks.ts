import type { CloudDatabase } from './database.ts'
import type { Task } from './objects.ts'

/** Makes of a part of a load balancer what the finished task was for. @param task undefined if it failed */
export function settleLoadBalancerPart(db: CloudDatabase, id: string, task: Task | undefined): void {
  if (task === 'configure') db.run('update load_balancer_parts set part = next_part where id = ?', id)
  db.run('update load_balancer_parts set next_part = null where id = ?', id)
}
