import type { CloudDatabase } from './database.ts'
import type { Task } from './objects.ts'

/** Makes of a volume what the finished task was for. @param task undefined if it failed */
export function settleVolume(db: CloudDatabase, id: string, task: Task | undefined): void {
  switch (task) {
    case 'attach':
      db.run('update volumes set server_id = next_server_id where id = ?', id)
      break
    case 'detach':
      db.run('update volumes set server_id = null where id = ?', id)
      break
    case 'extend':
      db.run('update volumes set size_gb = next_size_gb where id = ?', id)
      break
    case 'revert':
      db.run('update volumes set revert_key = next_revert_key where id = ?', id)
      break
  }
  db.run(
    'update volumes set next_server_id = null, next_size_gb = null, next_revert_key = null where id = ?',
    id,
  )
}

/** Makes of a port what the finished task was for. @param task undefined if it failed */
export function settlePort(db: CloudDatabase, id: string, task: Task | undefined): void {
  switch (task) {
    case 'attach':
      db.run('update ports set server_id = next_server_id, router_id = next_router_id where id = ?', id)
      break
    case 'detach':
      db.run('update ports set server_id = null, router_id = null where id = ?', id)
      break
  }
  db.run('update ports set next_server_id = null, next_router_id = null where id = ?', id)
}
