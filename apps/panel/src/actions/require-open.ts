import { activeTx } from 'evenkeel'
import { requireNoMaintenance } from '../records/maintenance.ts'
import { requireNotSuspended } from '../records/suspensions.ts'
import type { Db } from '../records/tables.ts'

/**
 * Asked by everything that changes something of a project, in the database transaction that does: whoever has waited for
 * its turn is judged by what holds then. Operators and the panel itself are refused nothing here.
 *
 * @throws {ProjectSuspendedException} a customer asks for it, and the project is suspended
 * @throws {MaintenanceException} a customer asks for it during maintenance
 */
export async function requireOpen(db: Db, projectId: string, nowMs: number): Promise<void> {
  if (!isAskedByCustomer()) return
  await requireNotSuspended(db, projectId)
  await requireNoMaintenance(db, nowMs)
}

/** Whether a project's token stands behind what is being done. */
function isAskedByCustomer(): boolean {
  return activeTx()?.principal?.startsWith('project:') === true
}
