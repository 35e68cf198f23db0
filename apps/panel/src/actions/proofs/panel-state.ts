import type { CloudObject } from '../../cloud/embedded/inventory.ts'
import type { PanelProofWorld, Row } from './panel-world.ts'

/** What records and cloud say at the end of a run. */
export interface PanelState {
  readonly objects: readonly CloudObject[]
  /** The object with this id, if the cloud has one. */
  object(id: Row[string] | undefined): CloudObject | undefined
  /** All rows of a table, by its name in the database. */
  all(table: string): readonly Row[]
  /** Those that are not deleted. */
  live(table: string): readonly Row[]
}

/** What a kind of resource has to say about whether tenants can use it. */
export interface UsableKind {
  /** What keeps them from it, and what records and cloud disagree about. */
  problems(state: PanelState): readonly string[]
  /** The ids of what the cloud holds for its live records. */
  recorded(state: PanelState): readonly (Row[string] | undefined)[]
}

export function stateOf(world: PanelProofWorld): PanelState {
  const objects = world.cloudObjects()
  const byId = new Map(objects.map(object => [object.id, object]))
  const tables = new Map<string, readonly Row[]>()
  const all = (table: string) => {
    const rows = tables.get(table) ?? world.rows(`select * from ${table}`)
    tables.set(table, rows)
    return rows
  }
  return {
    objects,
    object: id => byId.get(String(id)),
    all,
    live: table => all(table).filter(row => row['deleted_at'] === null),
  }
}

/** The problem, if it is one. */
export function wrong(isSo: boolean, problem: string): readonly string[] {
  return isSo ? [problem] : []
}
