import { randomUUID } from 'node:crypto'
import type { TxId } from '../../../filters/tx-id.ts'
import { withoutSecrets } from '../../encoding.ts'
import type { Journal, JournalEntry, JournaledHistory } from '../journal.ts'

/** A journal that lasts as long as the process: for tests, proofs, and actions that may be forgotten. */
export function memoryJournal(): Journal {
  const histories = new Map<TxId, JournalEntry[]>()

  function history(actionId: TxId): JournaledHistory {
    return { actionId, entries: [...(histories.get(actionId) ?? [])] }
  }

  return {
    id: randomUUID(),
    async append(actionId, entries) {
      // Through JSON and back: nobody changes an entry afterwards, and what JSON can't carry shows here as it would on disk.
      const written: JournalEntry[] = JSON.parse(JSON.stringify(entries))
      const all = [...(histories.get(actionId) ?? []), ...written]
      const isClosed = written.some(entry => entry.kind === 'closed')
      histories.set(
        actionId,
        isClosed ? (withoutSecrets(JSON.parse(JSON.stringify(all))) as unknown as JournalEntry[]) : all,
      )
    },
    async read(actionId) {
      return history(actionId).entries
    },
    async open() {
      const isOpen = (entries: JournalEntry[]) => entries.every(entry => entry.kind !== 'closed')
      return [...histories]
        .filter(([, entries]) => isOpen(entries))
        .map(([actionId]) => history(actionId))
        .sort(byId)
    },
    async recent(limit, before) {
      const ids = [...histories.keys()].filter(id => before === undefined || id < before)
      return ids.sort().reverse().slice(0, limit).map(history)
    },
    async close() {},
  }
}

function byId(a: JournaledHistory, b: JournaledHistory): number {
  return a.actionId < b.actionId ? -1 : 1
}
