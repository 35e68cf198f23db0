import type { CloudDatabase } from './database.ts'
import type { Task } from './objects.ts'

/** Makes of a network what the finished task was for. @param task undefined if it failed */
export function settleNetwork(db: CloudDatabase, id: string, task: Task | undefined): void {
  if (task === 'configure') db.run('update networks set mtu = next_mtu where id = ?', id)
  db.run('update networks set next_mtu = null where id = ?', id)
}

/** Makes of a subnet what the finished task was for. @param task undefined if it failed */
export function settleSubnet(db: CloudDatabase, id: string, task: Task | undefined): void {
  if (task === 'configure') {
    db.run('update subnets set gateway = next_gateway, dns_servers = next_dns_servers where id = ?', id)
  }
  db.run('update subnets set next_gateway = null, next_dns_servers = null where id = ?', id)
}
