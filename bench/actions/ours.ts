import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Actions, type ActionsOptions, type Journal, sqliteJournal } from 'evenkeel/actions'
import { ApplicationDatabase, type ApplicationDb } from './application-database.ts'
import type { Engine } from './engine.ts'
import { fillJournal } from './fill-journal.ts'
import { CountingOutside, fiveSteps, type Outside } from './five-steps.ts'

/** The embedded engine as an application opens it: its journal and its database are files in the folder. */
export interface OpenEngine extends AsyncDisposable {
  readonly actions: Actions<Outside, ApplicationDb>
  readonly journal: Journal
  readonly database: ApplicationDatabase
}

export async function openEngine(
  folder: string,
  world: Outside,
  options: Partial<ActionsOptions<Outside, ApplicationDb>> = {},
): Promise<OpenEngine> {
  const journal = await sqliteJournal({ path: journalPath(folder) })
  const database = new ApplicationDatabase(join(folder, 'application.db'))
  const actions = await Actions.open({
    actions: [fiveSteps],
    world,
    journal,
    database,
    secretKey: new Uint8Array(32), // there are no secrets in the orders
    report: exception => console.error(exception),
    ...options,
  })
  return {
    actions,
    journal,
    database,
    async [Symbol.asyncDispose]() {
      await actions.stop()
      await journal.close()
      database.close()
    },
  }
}

/** Starts an action for each order, and resolves when all are admitted. */
export async function startAll(
  actions: Actions<Outside, ApplicationDb>,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> {
  const orders = Array.from({ length: to - from + 1 }, (_, at) => from + at)
  await Promise.all(orders.map(order => actions.start(fiveSteps, { order })))
}

/** Ours, in a folder of its own that goes with it. @param finishedBefore so many actions are in its journal already */
export async function ours(finishedBefore = 0): Promise<Engine> {
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(mkdtempDisposableSync(join(tmpdir(), 'evenkeel-bench-'))).path
  if (finishedBefore > 0) await fill(folder, finishedBefore)
  const world = new CountingOutside()
  const { actions } = opened.use(await openEngine(folder, world))
  const all = opened.move()
  return {
    async run(order) {
      const { end } = await actions.start(fiveSteps, { order })
      const { kind } = await end
      if (kind !== 'succeeded') throw new Error(`Order ${order} was ${kind}.`)
    },
    effects: () => world.count,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

async function fill(folder: string, count: number): Promise<void> {
  const journal = await sqliteJournal({ path: journalPath(folder) })
  await fillJournal(journal, count)
  await untilAtRest()
  await journal.close()
}

/** The journal archives what is finished a little at a time: in an application that has been done long before. */
async function untilAtRest(): Promise<void> {
  const lookEveryMs = 2000
  for (let before = process.cpuUsage(); ; before = process.cpuUsage()) {
    await wait(lookEveryMs)
    const { user, system } = process.cpuUsage(before)
    if ((user + system) / 1000 < lookEveryMs * 0.02) return
  }
}

function journalPath(folder: string): string {
  return join(folder, 'journal.db')
}
