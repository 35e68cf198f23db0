import { describe, expect, it } from 'vitest'
import { newTxId, type TxId, txIdTimePart } from '../../filters/tx-id.ts'
import type { JournaledException } from '../action-view.ts'
import type { HistoryQuery } from './history-query.ts'
import type {
  Journal,
  JournalEntry,
  JournalEvent,
  JournaledEnd,
  JournaledHistory,
  JournalOptions,
} from './journal.ts'

const started: Extract<JournalEvent, { kind: 'started' }> = {
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

/** An action of which the journal has one line. */
interface SomeAction {
  readonly id: TxId
  readonly name: string
  readonly lock: string
  readonly end: 'running' | 'succeeded' | 'rolled-back' | 'rolled-back and closed'
}

const refused: JournaledException = {
  exception: 'NoRoomException',
  ancestors: ['DependencyException', 'Exception'],
  category: 'dependency',
  message: 'no room',
  publicMessage: 'no room',
  data: {},
  retry: 'unsafe',
  retryAfterMs: undefined,
  causes: [],
}

async function write(journal: Journal, { id, name, lock, end }: SomeAction): Promise<void> {
  await journal.append(id, [at(1, { ...started, name, locks: [lock] })])
  if (end === 'running') return
  const ending: JournaledEnd = end === 'succeeded' ? { kind: end } : { kind: 'rolled-back', cause: refused }
  if (end !== 'succeeded') await journal.append(id, [at(2, { kind: 'rolling-back', cause: refused })])
  await journal.append(id, [at(3, { kind: 'ending', end: ending }), at(4, { kind: 'ended' })])
  if (end === 'rolled-back and closed') await journal.append(id, [at(5, { kind: 'closed' })])
}

/** An id as `newTxId` makes it at that time, however many later ones it has made before. */
function idOfTime(ms: number): TxId {
  return (txIdTimePart(ms) + newTxId().slice(10)) as TxId
}

function idsOf(histories: readonly JournaledHistory[]): readonly TxId[] {
  return histories.map(({ actionId }) => actionId)
}

async function openOf(journal: Journal): Promise<readonly JournaledHistory[]> {
  const open: JournaledHistory[] = []
  for await (const history of journal.open()) open.push(history)
  return open
}

/** What a journal does with closed histories when it finds the time is done, however often it is asked meanwhile. */
async function later(journal: Journal): Promise<void> {
  for (let turns = 0; turns < 3; turns++) await journal.setAside()
}

/** What every journal must do. */
export function journalContract(name: string, make: (options?: JournalOptions) => Promise<Journal>): void {
  describe(name, () => {
    async function withJournal(
      test: (journal: Journal) => Promise<void>,
      options?: JournalOptions,
    ): Promise<void> {
      const journal = await make(options)
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

        expect((await openOf(journal)).map(({ actionId }) => actionId)).toEqual([ids[0], ids[2]])
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

    it('reads a closed history as it was, but for its secrets', () =>
      withJournal(async journal => {
        const id = newTxId()
        const entries = [at(1, { ...started, input: { name: 'Zürich\n"1"' } }), at(2, intent)]

        await journal.append(id, entries)
        await journal.append(id, [at(3, { kind: 'closed' })])
        await later(journal)

        expect(await journal.read(id)).toEqual([...entries, at(3, { kind: 'closed' })])
      }))

    it('forgets a closed history when it is older than it is to be kept, and no open one', () =>
      withJournal(
        async journal => {
          const [closed, open, other] = [newTxId(), newTxId(), newTxId()]
          await journal.append(closed, [at(1, started), at(2, { kind: 'closed' })])
          await journal.append(open, [at(1, started)])

          await journal.append(other, [at(1_002, started)])
          expect(await journal.read(closed)).toHaveLength(2)
          await journal.append(other, [at(1_003, intent)])

          expect(await journal.read(closed)).toEqual([])
          expect(idsOf(await journal.recent(9))).toEqual([other, open])
        },
        { keepClosedMs: 1_000 },
      ))

    it('gives all open histories, however many there are', () =>
      withJournal(async journal => {
        const ids = Array.from({ length: 300 }, () => newTxId())
        await Promise.all(ids.map(id => journal.append(id, [at(1, started), at(2, intent)])))

        const open = await openOf(journal)

        expect(idsOf(open)).toEqual(ids)
        expect(open.every(({ entries }) => entries.length === 2)).toBe(true)
      }))

    it('goes on while open histories are read', () =>
      withJournal(async journal => {
        const ids = Array.from({ length: 200 }, () => newTxId())
        await Promise.all(ids.map(id => journal.append(id, [at(1, started)])))

        const seen: TxId[] = []
        for await (const { actionId } of journal.open()) {
          seen.push(actionId)
          await journal.append(actionId, [at(2, { kind: 'closed' })])
        }

        expect(seen).toEqual(ids)
        expect(await openOf(journal)).toEqual([])
      }))

    it('has nothing set aside as long as everything can be read', () =>
      withJournal(async journal => {
        await journal.append(newTxId(), [at(1, started)])

        expect(await journal.setAside()).toEqual([])
      }))

    describe('a query', () => {
      const startMs = Date.UTC(2026, 0, 1)
      const some = (nth: number, given: Omit<SomeAction, 'id'>): SomeAction => ({
        ...given,
        id: idOfTime(startMs + nth * 1_000),
      })

      async function withActions(
        test: (journal: Journal, ids: readonly TxId[]) => Promise<void>,
      ): Promise<void> {
        const actions = [
          some(0, { name: 'server.create', lock: 'server:1', end: 'succeeded' }),
          some(1, { name: 'server.delete', lock: 'server:1', end: 'rolled-back and closed' }),
          some(2, { name: 'server.create', lock: 'server:2', end: 'rolled-back' }),
          some(3, { name: 'server.create', lock: 'server:3', end: 'running' }),
        ]
        await withJournal(async journal => {
          for (const action of actions) await write(journal, action)
          await later(journal)
          await test(
            journal,
            actions.map(({ id }) => id),
          )
        })
      }

      it.each<[string, HistoryQuery, readonly number[]]>([
        ['nothing: all, newest first', {}, [3, 2, 1, 0]],
        ['a name', { name: 'server.create' }, [3, 2, 0]],
        ['a lock', { lock: 'server:1' }, [1, 0]],
        ['an end', { state: 'rolled-back' }, [2, 1]],
        ['the usual end', { state: 'succeeded' }, [0]],
        ['a state', { state: 'running' }, [3]],
        ['an exception class', { class: 'NoRoomException' }, [2, 1]],
        ['all of them at once', { name: 'server.delete', lock: 'server:1', class: 'NoRoomException' }, [1]],
        ['what no action has', { name: 'server.create', class: 'AnotherException' }, []],
        ['a time from', { fromMs: startMs + 2_000 }, [3, 2]],
        ['a time to, which is not included', { toMs: startMs + 2_000 }, [1, 0]],
        ['a limit', { limit: 1 }, [3]],
      ])('asks for %s', (_, query, expected) =>
        withActions(async (journal, ids) => {
          expect(idsOf(await journal.query(query))).toEqual(expected.map(nth => ids[nth]))
        }),
      )

      it('goes on with the next page where the last one ended', () =>
        withActions(async (journal, ids) => {
          const before = (await journal.query({ name: 'server.create', limit: 2 })).at(-1)?.actionId as TxId

          expect(idsOf(await journal.query({ name: 'server.create', limit: 2, before }))).toEqual([ids[0]])
        }))

      it('gives whole histories, closed or not', () =>
        withActions(async journal => {
          const [open, closed] = await journal.query({ class: 'NoRoomException' })

          expect(open?.entries.map(({ kind }) => kind)).toEqual([
            'started',
            'rolling-back',
            'ending',
            'ended',
          ])
          expect(closed?.entries.at(-1)?.kind).toBe('closed')
        }))

      it('sees every append that was called before it', () =>
        withActions(async (journal, ids) => {
          void journal.append(ids[3] as TxId, [at(9, { kind: 'pivot', name: 'removal', steps: [] })])

          expect(idsOf(await journal.query({ state: 'past-pivot' }))).toEqual([ids[3]])
        }))
    })

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
