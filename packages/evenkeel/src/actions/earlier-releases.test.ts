import { hkdfSync } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TxId } from '../filters/tx-id.ts'
import { memoryDatabase } from '../testing/memory-database.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { createThing, type ToyRecords, ToyWorld } from './actions.fixture.ts'
import { Actions } from './actions.ts'
import { createServer, deleteThing, guardThing } from './earlier-releases.fixture.ts'
import type { JournalEntry } from './engine/journal.ts'
import { memoryJournal } from './engine/memory/memory-journal.ts'

/** An action as an earlier release left it, and how it has to end. */
interface LeftBehind {
  readonly about: string
  readonly actionId: TxId
  /** Whether its row is there: it has not ended. */
  readonly isAdmitted: boolean
  readonly objects: readonly { readonly id: string; readonly key: string; readonly kind: string }[]
  readonly entries: readonly [Extract<JournalEntry, { kind: 'started' }>, ...JournalEntry[]]
  readonly end: { readonly state: string; readonly left: readonly string[] }
}

const folder = join(import.meta.dirname, 'fixtures')
const files = globSync('*/*.json', { cwd: folder })
  .sort()
  .map(file => ({ file, ...(JSON.parse(readFileSync(join(folder, file), 'utf8')) as LeftBehind) }))

// The key with which the panel wrote: that of its data folder of that release, for its journal.
const panelKey = new Uint8Array(hkdfSync('sha256', Buffer.alloc(32, 0x11), '', 'evenkeel panel journal', 32))

/** Everything as that release left it, a minute later. */
async function found({ actionId, isAdmitted, objects, entries }: LeftBehind) {
  const clock = new VirtualClock({ startMs: (entries.at(-1)?.atMs ?? 0) + 60_000 })
  const world = new ToyWorld(clock)
  for (const object of objects) world.objects.set(object.id, { ...object, isBroken: false })
  const journal = memoryJournal()
  await journal.append(actionId, entries)
  const database = memoryDatabase<ToyRecords>({ things: { a: 'changing' }, ends: [] })
  const [{ name, version, input, locks, atMs }] = entries
  const admitted = { id: actionId, name, version, input, locks, atMs }
  if (isAdmitted) await database.transaction(db => database.insertAdmitted(db, admitted))
  return { clock, world, journal, database }
}

describe('an action of an earlier release', () => {
  it.each(files)('$file: $about; comes to its end', async left => {
    const { clock, world, journal, database } = await found(left)
    const reported: string[] = []

    const actions = await Actions.open({
      actions: [createThing, deleteThing, guardThing, createServer],
      world,
      journal,
      database,
      clock,
      secretKey: panelKey,
      report: ({ message }) => reported.push(message),
    })
    await clock.advance(3_600_000)

    expect(reported).toEqual([])
    expect((await actions.view(left.actionId))?.state).toBe(left.end.state)
    expect(world.kinds()).toEqual(left.end.left)
    expect(database.read.admitted).toEqual([])
    expect(await actions.overview()).toEqual({ running: 0, watches: 0, residue: 0 })
  })

  it('is there of each release', () => {
    expect(new Set(files.map(({ file }) => file.split('/')[0]))).toEqual(new Set(['release-1', 'release-2']))
  })
})
