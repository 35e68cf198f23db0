import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newTxId, type TxId } from '../../../filters/tx-id.ts'
import type { HistoryQuery } from '../history-query.ts'
import type { JournalEvent } from '../journal.ts'
import { memoryJournal } from '../memory/memory-journal.ts'
import { newPath, started, text } from './journal-file.fixture.ts'
import { JournalFile } from './journal-file.ts'

/** What can be done to a journal: the next line of one of a few actions, tidying up, or a new process. */
type Move = { readonly append: number; readonly event: JournalEvent } | 'tidy' | 'reopen'

const refused = {
  exception: 'NoRoomException',
  ancestors: [],
  category: 'dependency',
  message: 'no room',
  publicMessage: 'no room',
  data: {},
  retry: 'unsafe',
  retryAfterMs: undefined,
  causes: [],
} as const

const events: readonly JournalEvent[] = [
  { kind: 'granted' },
  { kind: 'done', path: 'port', output: { id: 'p1', token: { $secret: 'c2VhbGVk' } } },
  { kind: 'pivot', name: 'removal', steps: [] },
  { kind: 'rolling-back', cause: refused },
  { kind: 'ending', end: { kind: 'succeeded' } },
  { kind: 'ending', end: { kind: 'rolled-back', cause: refused } },
  { kind: 'ended' },
]
const actionCount = 4

const moves = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ append: fc.nat(actionCount - 1), event: fc.constantFrom(...events) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        append: fc.nat(actionCount - 1),
        event: fc.constant<JournalEvent>({ kind: 'closed' }),
      }),
    },
    { weight: 1, arbitrary: fc.constantFrom<Move>('tidy', 'reopen') },
  ),
  { maxLength: 40 },
)

const queries: readonly HistoryQuery[] = [
  {},
  { limit: 2 },
  { name: 'server.create' },
  { lock: 'server:1' },
  { class: 'NoRoomException' },
  ...(['running', 'past-pivot', 'rolling-back', 'ending', 'succeeded', 'rolled-back'] as const).map(
    state => ({
      state,
    }),
  ),
  { name: 'server.delete', state: 'rolled-back', class: 'NoRoomException' },
]

describe('any journal', () => {
  it('finds and reads in its file what a memory journal does, tidied and reopened at any time', async () => {
    await fc.assert(
      fc.asyncProperty(moves, async sequence => {
        const path = newPath()
        let file = new JournalFile(path)
        const model = memoryJournal()
        const ids = Array.from({ length: actionCount }, () => newTxId())
        const closed = new Set<number>()
        const append = async (nth: number, event: JournalEvent) => {
          const id = ids[nth] as TxId
          file.write([[id, text(event)]])
          await model.append(id, [{ ...event, atMs: 1 }])
        }
        for (const nth of ids.keys())
          await append(nth, started(nth % 2 === 0 ? 'server.create' : 'server.delete', [`server:${nth}`]))

        for (const move of sequence) {
          if (move === 'tidy') file.tidy(0)
          else if (move === 'reopen') {
            file.close()
            file = new JournalFile(path)
          } else if (!closed.has(move.append)) {
            await append(move.append, move.event)
            if (move.event.kind === 'closed') closed.add(move.append)
          }
        }

        for (const query of queries) expect(found(file, query)).toEqual(await model.query(query))
        file.close()
      }),
      { numRuns: 40 },
    )
  })
})

function found(file: JournalFile, query: HistoryQuery): unknown {
  const answer = file.read({ kind: 'query', query }, 0)
  if (!('histories' in answer)) throw new TypeError('a query is answered with histories')
  return answer.histories.map(({ actionId, entries }) => ({
    actionId,
    entries: 'unreadable' in entries ? entries : entries.map(entry => JSON.parse(entry)),
  }))
}
