import { describe, expect, it } from 'vitest'
import { newTxId, type TxId } from '../../filters/tx-id.ts'
import type { Journal, JournalEntry, JournalEvent } from './journal.ts'

const started: JournalEvent = {
  kind: 'started',
  name: 'server.create',
  version: 1,
  input: { name: 'web-1', password: { $secret: 'c2VhbGVk' } },
  locks: ['server:1'],
  isQueued: false,
  caller: {},
}
const intent: JournalEvent = {
  kind: 'intent',
  path: 'network.port',
  step: 'network.port',
  input: { network: 'public' },
  attempt: 1,
}

function at(atMs: number, event: JournalEvent): JournalEntry {
  return { ...event, atMs }
}

/** What every journal must do. */
export function journalContract(name: string, make: () => Promise<Journal>): void {
  describe(name, () => {
    async function withJournal(test: (journal: Journal) => Promise<void>): Promise<void> {
      const journal = await make()
      try {
        await test(journal)
      } finally {
        await journal.close()
      }
    }

    it('gives back what was appended, in the order of the appends', () =>
      withJournal(async journal => {
        const id = newTxId()

        const first = journal.append(id, [at(1, started)])
        const second = journal.append(id, [
          at(2, intent),
          at(3, { kind: 'done', path: 'network.port', output: { id: 'p1' } }),
        ])
        await Promise.all([first, second])

        expect((await journal.read(id)).map(({ kind, atMs }) => [kind, atMs])).toEqual([
          ['started', 1],
          ['intent', 2],
          ['done', 3],
        ])
      }))

    it('sees in a read every append that was called before it, awaited or not', () =>
      withJournal(async journal => {
        const id = newTxId()

        void journal.append(id, [at(1, started)])

        expect(await journal.read(id)).toHaveLength(1)
      }))

    it('lists the histories that are not closed, oldest action first', () =>
      withJournal(async journal => {
        const ids = [newTxId(), newTxId(), newTxId()] as [TxId, TxId, TxId]
        for (const id of ids.toReversed()) await journal.append(id, [at(1, started)])

        await journal.append(ids[1], [at(2, { kind: 'closed' })])

        expect((await journal.open()).map(({ actionId }) => actionId)).toEqual([ids[0], ids[2]])
      }))

    it('lists the newest histories, closed or not, page by page', () =>
      withJournal(async journal => {
        const ids = [newTxId(), newTxId(), newTxId()] as [TxId, TxId, TxId]
        for (const id of ids) await journal.append(id, [at(1, started)])

        const page = await journal.recent(2)

        expect(page.map(({ actionId }) => actionId)).toEqual([ids[2], ids[1]])
        expect((await journal.recent(2, ids[1])).map(({ actionId }) => actionId)).toEqual([ids[0]])
      }))

    it('drops the secrets of a history that is closed, and keeps the rest', () =>
      withJournal(async journal => {
        const id = newTxId()
        await journal.append(id, [at(1, started)])

        await journal.append(id, [at(2, { kind: 'closed' })])

        expect((await journal.read(id))[0]).toMatchObject({
          input: { name: 'web-1', password: { $secret: null } },
        })
      }))

    it('has nothing of an action that it never heard of', () =>
      withJournal(async journal => {
        expect(await journal.read(newTxId())).toEqual([])
      }))

    it('keeps an entry as it was when it was appended', () =>
      withJournal(async journal => {
        const id = newTxId()
        const output = { id: 'p1' }
        await journal.append(id, [
          at(1, started),
          at(2, intent),
          at(3, { kind: 'done', path: 'network.port', output }),
        ])

        output.id = 'changed'

        expect((await journal.read(id))[2]).toMatchObject({ output: { id: 'p1' } })
      }))
  })
}
