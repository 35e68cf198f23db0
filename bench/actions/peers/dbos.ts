import type { Engine } from '../engine.ts'
import { CountingOutside, stepNumbers } from '../five-steps.ts'
import { installPeers } from './install.ts'
import { postgres } from './postgres.ts'

/** DBOS on a PostgreSQL of its own: the five steps as one workflow, which runs in this process. */
export async function dbos(): Promise<Engine> {
  await installPeers()
  await using started = new AsyncDisposableStack()
  const server = started.use(await postgres())
  process.noDeprecation = true // what its driver of PostgreSQL warns of is not for whoever runs this
  const { DBOS } = await import('@dbos-inc/dbos-sdk')
  const outside = new CountingOutside()
  const fiveSteps = DBOS.registerWorkflow(
    async (order: number) => {
      let id = ''
      for (const step of stepNumbers) {
        id = await DBOS.runStep(
          async () => {
            await outside.effect()
            return `${order}/${step}`
          },
          { name: `step-${step}` },
        )
      }
      return { id }
    },
    { name: 'five-steps' },
  )
  const systemDatabase = new URL(server.url)
  systemDatabase.pathname = '/dbos'
  DBOS.setConfig({ name: 'bench', systemDatabaseUrl: systemDatabase.href, logLevel: 'error' })
  await DBOS.launch()
  started.defer(() => DBOS.shutdown())
  const all = started.move()
  return {
    async run(order) {
      await fiveSteps(order)
    },
    effects: () => outside.count,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
