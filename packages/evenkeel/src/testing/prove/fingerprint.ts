import { createHash } from 'node:crypto'
import type { JournalEntry } from '../../actions/engine/journal.ts'
import type { Json } from '../../exceptions/exception.ts'
import type { WorldObject } from './proof-world.ts'

/** All that decides how a run goes on. */
export interface RunState {
  readonly nowMs: number
  readonly histories: readonly (readonly JournalEntry[])[]
  readonly objects: readonly WorldObject[]
  readonly records: Json
  /** How many effects are still to come. */
  readonly late: number
  readonly isLasting: boolean
}

const idPattern = /\b(?:[0-7][0-9A-HJKMNP-TV-Z]{25}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\b/g
const earliestTimeMs = Date.UTC(2020, 0, 1)

/**
 * A text that is equal for states from which a run goes on in the same way: journal, objects, records. Ids count by the
 * order in which they appear, and times by how far away they are; when something happened does not matter any more.
 */
export function fingerprintOf({ nowMs, histories, objects, records, late, isLasting }: RunState): string {
  const text = JSON.stringify([histories, objects, records, late, isLasting], (key, value: unknown) => {
    if (key === 'atMs') return undefined
    if (typeof value !== 'number' || value < earliestTimeMs) return value
    return value <= nowMs ? 'past' : `in ${value - nowMs} ms`
  })
  const ids = new Map<string, number>()
  const anonymous = text.replace(idPattern, id => {
    const number = ids.get(id) ?? ids.size
    ids.set(id, number)
    return `#${number}`
  })
  return createHash('sha256').update(anonymous).digest('base64url').slice(0, 16)
}
