import { report } from '../figure.ts'
import { type Contestant, end, startClient } from '../http/contestant.ts'
import type { AskedPath } from '../http/load.ts'
import { listsOf, serversOf, startBare, startPanel } from './contestants.ts'
import { ratioOf } from './rounds.ts'

const rounds = 7
const durationS = 2

/** Reading one server and a list of 100, beside bare Fastify that has the same answers at hand. */
export async function reads(): Promise<void> {
  await using opened = new AsyncDisposableStack()
  const filled = await startPanel(opened, { projects: 1, servers: 100 })
  const bare = await startBare(opened, filled)
  const client = opened.adopt(startClient(), end)
  const { panel, projects } = filled

  const beside = async (what: string, path: readonly AskedPath[]) => {
    const asked = (contestant: Contestant) => ({
      name: `${what}, ${contestant.name}`,
      measure: async () => (await contestant.measure(client, { path, status: 200, durationS })).requestsPerS,
    })
    return ratioOf(asked(panel), asked(bare), rounds)
  }
  const ofOne = await beside('GET of one server', serversOf(projects))
  const ofList = await beside('list of 100 servers', listsOf(projects))
  const figure = (what: string) => `${what}, requests/s beside bare Fastify`
  report({ figure: figure('GET of one server'), value: ofOne, unit: '×', aim: { atLeast: 0.4 } })
  report({ figure: figure('list of 100 servers'), value: ofList, unit: '×', aim: { atLeast: 0.6 } })
}
