import { randomUUID } from 'node:crypto'
import type { TxId } from '../../../filters/tx-id.ts'
import { withoutSecrets } from '../../encoding.ts'
import { indexOf } from '../action-index.ts'
import { defaultLimit, type HistoryQuery, idRangeOf, isAskedFor } from '../history-query.ts'
import {
  type Journal,
  type JournalEntry,
  type JournaledHistory,
  type JournalOptions,
  keptClosedMs,
} from '../journal.ts'

interface KeptHistory {
  readonly entries: readonly JournalEntry[]
  readonly closedAtMs: number | undefined
}

/** A journal that lasts as long as the process: for tests, proofs, and actions that may be forgotten. */
export function memoryJournal({ keepClosedMs = keptClosedMs }: JournalOptions = {}): Journal {
  const histories = new Map<TxId, KeptHistory>()
  /** Those that are closed, in the order in which they were. */
  const closed = new Map<TxId, number>()

  function forgetOld(nowMs: number): void {
    for (const [actionId, closedAtMs] of closed) {
      if (closedAtMs >= nowMs - keepClosedMs) return
      closed.delete(actionId)
      histories.delete(actionId)
    }
  }

  function historyOf(actionId: TxId): JournaledHistory {
    return { actionId, entries: histories.get(actionId)?.entries ?? [] }
  }

  function query(asked: HistoryQuery): readonly JournaledHistory[] {
    const { from, to } = idRangeOf(asked)
    return [...histories.keys()]
      .filter(id => id >= from && id < to)
      .sort()
      .reverse()
      .map(historyOf)
      .filter(({ entries }) => isAskedFor(indexOf(entries), asked))
      .slice(0, asked.limit ?? defaultLimit)
  }

  return {
    id: randomUUID(),
    async append(actionId, entries) {
      // Through JSON and back: nobody changes an entry afterwards, and what JSON can't carry shows here as it would on disk.
      const written: JournalEntry[] = JSON.parse(JSON.stringify(entries))
      const all = [...historyOf(actionId).entries, ...written]
      const closedAtMs =
        written.find(({ kind }) => kind === 'closed')?.atMs ?? histories.get(actionId)?.closedAtMs
      const kept =
        closedAtMs === undefined ? all : (withoutSecrets(JSON.parse(JSON.stringify(all))) as unknown)
      histories.set(actionId, { entries: kept as readonly JournalEntry[], closedAtMs })
      if (closedAtMs !== undefined) closed.set(actionId, closedAtMs)
      forgetOld(written.at(-1)?.atMs ?? 0)
    },
    read: async actionId => historyOf(actionId).entries,
    async *open() {
      const open = [...histories].filter(([, { closedAtMs }]) => closedAtMs === undefined)
      for (const id of open.map(([actionId]) => actionId).sort()) yield historyOf(id)
    },
    recent: async (limit, before) => query({ limit, ...(before !== undefined && { before }) }),
    query: async asked => query(asked),
    setAside: async () => [], // what was written as JSON can be read as JSON
    async close() {},
  }
}
