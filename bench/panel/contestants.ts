import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Contestant } from '../http/contestant.ts'
import type { AskedPath } from '../http/load.ts'
import type { Answers } from './bare-fastify.ts'
import { type FilledProject, type Filling, fill } from './fill.ts'

const program = new URL('./serve.ts', import.meta.url)

/** A panel in a process of its own, with what its database was filled with. */
export interface FilledPanel {
  readonly panel: Contestant
  readonly projects: readonly FilledProject[]
}

/** @param opened ends the panel and removes its data */
export async function startPanel(opened: AsyncDisposableStack, filling: Filling): Promise<FilledPanel> {
  const folder = opened.use(mkdtempDisposableSync(join(tmpdir(), 'evenkeel-bench-'))).path
  const dataDir = join(folder, 'data')
  const projects = await fill(dataDir, filling)
  const panel = opened.use(await Contestant.start('panel', { program, words: [dataDir] }))
  return { panel, projects }
}

/** Bare Fastify, which answers what the panel answers for its first project. */
export async function startBare(
  opened: AsyncDisposableStack,
  { panel, projects }: FilledPanel,
): Promise<Contestant> {
  const folder = opened.use(mkdtempDisposableSync(join(tmpdir(), 'evenkeel-bench-'))).path
  const [project] = projects
  if (project === undefined) throw new Error('There is no project to ask for.')
  const [list] = listsOf([project])
  const [one] = serversOf([project])
  const answers: Answers = { server: await ask(panel, one), servers: (await ask(panel, list)) as object[] }
  const file = join(folder, 'answers.json')
  writeFileSync(file, JSON.stringify(answers))
  return opened.use(await Contestant.start('bare Fastify', { program, words: [file] }))
}

/** What is asked for to get each server by itself. */
export function serversOf(projects: readonly FilledProject[]): readonly AskedPath[] {
  return projects.flatMap(({ token, serverUuids }) =>
    serverUuids.map(uuid => ({ path: `/v1/servers/${uuid}`, headers: authorized(token) })),
  )
}

/** What is asked for to get the servers of each project. */
export function listsOf(projects: readonly FilledProject[]): readonly AskedPath[] {
  return projects.map(({ token }) => ({ path: '/v1/servers', headers: authorized(token) }))
}

export function authorized(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` }
}

async function ask({ url }: Contestant, asked: AskedPath | undefined): Promise<object> {
  if (asked === undefined) throw new Error('There is nothing to ask for.')
  const answer = await fetch(`${url}${asked.path}`, { headers: asked.headers })
  if (!answer.ok) throw new Error(`${asked.path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as object
}
