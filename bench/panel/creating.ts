import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { end, told } from '../http/contestant.ts'
import type { FilledPanel } from './contestants.ts'
import type { Delivered, Order } from './customers.ts'

/** The process that creates servers. @param opened ends it */
export function startCustomers(opened: AsyncDisposableStack): ChildProcess {
  return opened.adopt(fork(fileURLToPath(new URL('./customers.ts', import.meta.url))), end)
}

/** How many servers the panel creates in a second, 32 at once, each until it runs. They are deleted again, which nobody times. */
export async function createdPerS(
  customers: ChildProcess,
  { panel, projects }: FilledPanel,
): Promise<number> {
  const [project] = projects
  if (project === undefined) throw new Error('There is no project to create servers in.')
  const servers = 200
  customers.send({ url: panel.url, token: project.token, servers, atOnce: 32 } satisfies Order)
  const { seconds } = await told<Delivered>(customers)
  return servers / seconds
}
