import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Actions, type ActionsOptions, type Journal, sqliteJournal } from 'evenkeel/actions'
import { ApplicationDatabase, type ApplicationDb } from './application-database.ts'
import type { Engine } from './engine.ts'
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
  const journal = await sqliteJournal({ path: join(folder, 'journal.db') })
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

/** Ours, in a folder of its own that goes with it. */
export async function ours(): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'))
  const world = new CountingOutside()
  const engine = await openEngine(folder, world)
  return {
    async run(order) {
      const { end } = await engine.actions.start(fiveSteps, { order })
      const { kind } = await end
      if (kind !== 'succeeded') throw new Error(`Order ${order} was ${kind}.`)
    },
    effects: () => world.count,
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true })
    },
  }
}
