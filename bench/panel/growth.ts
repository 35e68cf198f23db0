import { report } from '../figure.ts'
import { end, startClient } from '../http/contestant.ts'
import type { AskedPath } from '../http/load.ts'
import { type FilledPanel, listsOf, serversOf, startPanel } from './contestants.ts'
import { createdPerS, startCustomers } from './creating.ts'
import { ratioOf } from './rounds.ts'

const rounds = 5
const durationS = 2
/** So many projects are asked for in turn, spread over all that there are. */
const askedProjects = 100

/** What reading and creating cost where there is much, beside a panel that has little. */
export async function growth(manyServers: number): Promise<void> {
  await using opened = new AsyncDisposableStack()
  const serversEach = 100
  const few = await startPanel(opened, { projects: 1, servers: serversEach })
  const projects = Math.ceil(manyServers / serversEach)
  console.log(`Filling a database with ${projects * serversEach} servers: about a minute …`)
  const many = await startPanel(opened, { projects, servers: serversEach })
  const client = opened.adopt(startClient(), end)
  const customers = startCustomers(opened)

  const reading = (path: (filled: FilledPanel) => readonly AskedPath[]) => async (filled: FilledPanel) => {
    const asked = { path: path(filled), status: 200, durationS }
    return (await filled.panel.measure(client, asked)).requestsPerS
  }
  const figures: Record<string, (filled: FilledPanel) => Promise<number>> = {
    'GET of one server': reading(filled => oneOfEach(filled)),
    'list of 100 servers': reading(({ projects }) => listsOf(spread(projects))),
    'creation of a server, 32 at once': filled => createdPerS(customers, filled),
  }
  for (const [what, measure] of Object.entries(figures)) {
    const among = (name: string, filled: FilledPanel) => ({
      name: `${what}, ${name}`,
      measure: () => measure(filled),
    })
    const value = await ratioOf(among('among few', few), among('among many', many), rounds)
    const figure = `${what} among ${projects * serversEach}, time beside ${serversEach}`
    report({ figure, value, unit: '×', aim: { atMost: 1.3 } })
  }
}

/** As many servers as a project has: one of each of the projects, where there are many. */
function oneOfEach({ projects }: FilledPanel): readonly AskedPath[] {
  if (projects.length === 1) return serversOf(projects)
  return spread(projects).flatMap((project, at) => serversOf([project]).slice(at, at + 1))
}

function spread<T>(all: readonly T[]): readonly T[] {
  const step = Math.max(1, Math.floor(all.length / askedProjects))
  return all.filter((_, at) => at % step === 0).slice(0, askedProjects)
}
