import type { CloudDatabase } from './database.ts'
import { makeHostKey } from './host-keys.ts'
import type { Task } from './objects.ts'

/** Makes of a server what the finished task was for. @param task undefined if it failed */
export function settleServer(db: CloudDatabase, id: string, task: Task | undefined): void {
  switch (task) {
    case 'create':
    case 'start':
      boot(db, id)
      break
    case 'reboot':
      boot(db, id)
      db.run('update servers set boot_count = boot_count + 1 where id = ?', id)
      break
    case 'stop':
      db.run(`update servers set power = 'stopped' where id = ?`, id)
      break
    case 'resize':
      db.run(
        `update servers set vcpu_count = next_vcpu_count, memory_gb = next_memory_gb, gpu_count = next_gpu_count
         where id = ?`,
        id,
      )
      break
  }
  db.run(
    'update servers set next_vcpu_count = null, next_memory_gb = null, next_gpu_count = null where id = ?',
    id,
  )
}

function boot(db: CloudDatabase, id: string): void {
  db.run(`update servers set power = 'running' where id = ?`, id)
  const unkeyed = db.one<{ hostname: string }>(
    'select hostname from servers where id = ? and ssh_host_key is null',
    id,
  )
  if (unkeyed === undefined) return
  const { publicKey, fingerprint } = makeHostKey(unkeyed.hostname)
  db.run('update servers set ssh_host_key = ?, ssh_fingerprint = ? where id = ?', publicKey, fingerprint, id)
}
