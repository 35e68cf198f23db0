import { type IncomingHttpHeaders, request } from 'node:http'
import type { ActionSummary, ActionView, ResidueView } from 'evenkeel/actions'
import type { CloudObject } from '../src/cloud/embedded/inventory.ts'
import { eventually } from '../src/demo/eventually.ts'
import { type Environment, PanelProcess } from '../src/demo/panel-process.ts'
import { noAmounts, type QuotaAmounts } from '../src/records/quota-amounts.ts'

const panelToken = 'e2e-panel'
const consoleToken = 'e2e-console'

/** A panel whose clouds are quick and whose watches are short, with tokens that are known. */
export const quick: Environment = {
  PANEL_TOKEN: panelToken,
  CONSOLE_TOKEN: consoleToken,
  CLOUD_LATENCY: '0.005',
  ACTION_SETTLE_MS: '80',
  ACTION_WATCH_MS: '600',
}

export function startPanel(environment: Environment = {}): Promise<PanelProcess> {
  return PanelProcess.start({ ...quick, ...environment })
}

export interface Call {
  readonly method?: string
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it is. */
  readonly text?: string
  readonly headers?: { readonly [name: string]: string }
  /** Null for none. @default the one that fits the path */
  readonly token?: string | null
}

/** An answer to the last byte: the clients that look at headers and empty bodies are real. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[]
  readonly text: string
  json<T = { readonly [field: string]: string }>(): T
}

export function ask({ port }: PanelProcess, call: Call): Promise<Answer> {
  const { method = 'GET', path, body, text = body === undefined ? undefined : JSON.stringify(body) } = call
  const { token = path.startsWith('/console') ? consoleToken : panelToken } = call
  const headers = {
    ...(token !== null && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...call.headers,
  }
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, received => {
      const chunks: Buffer[] = []
      received.on('data', (chunk: Buffer) => chunks.push(chunk))
      received.on('error', reject)
      received.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        const { statusCode: status = 0, headers, rawHeaders } = received
        resolve({ status, headers, rawHeaders, text, json: () => JSON.parse(text) })
      })
    })
    sent.on('error', reject)
    sent.end(text)
  })
}

export const smallServer = {
  name: 'web',
  flavor: 'flex-4-1',
  image: 'debian-13',
  ssh_keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFhQb2xsZXIgaXMgYSBuYW1lIG5vdCBhIGtleQ== e2e'],
}

/** A server as the API shows it, as far as tests look. */
export interface ApiServer {
  readonly href: string
  readonly uuid: string
  readonly name: string
  readonly status: string
  readonly flavor: { readonly slug: string }
  readonly volumes: readonly { readonly uuid: string; readonly href: string; readonly size_gb: number }[]
  readonly interfaces: readonly { readonly addresses: readonly { readonly address: string }[] }[]
  readonly ssh_host_keys: readonly string[] | null
  readonly tags: { readonly [key: string]: string }
}

/** Orders a server, and returns it as the 201 showed it. */
export async function createServer(panel: PanelProcess, fields: object = {}): Promise<ApiServer> {
  const answer = await ask(panel, {
    method: 'POST',
    path: '/v1/servers',
    body: { ...smallServer, ...fields },
  })
  if (answer.status !== 201) throw new Error(`The server was not created: ${answer.status} ${answer.text}`)
  return answer.json()
}

/** Waits until a server has a status, and returns it. */
export function serverIn(
  panel: PanelProcess,
  status: string,
  { uuid }: { uuid: string },
): Promise<ApiServer> {
  return eventually(`server ${uuid} to be ${status}`, async () => {
    const answer = await ask(panel, { path: `/v1/servers/${uuid}` })
    if (answer.status !== 200) throw new Error(`The server is not there: ${answer.text}`)
    const server = answer.json<ApiServer>()
    return server.status === status ? server : undefined
  })
}

/** How a creation ended: the server runs, or its owner is told why not. */
export function endOfCreation(panel: PanelProcess, { uuid }: { uuid: string }): Promise<Answer> {
  return eventually(`the creation of ${uuid} to end`, async () => {
    const answer = await ask(panel, { path: `/v1/servers/${uuid}` })
    return answer.status === 404 || answer.json<ApiServer>().status === 'running' ? answer : undefined
  })
}

export async function runningServer(panel: PanelProcess, fields: object = {}): Promise<ApiServer> {
  return serverIn(panel, 'running', await createServer(panel, fields))
}

/** What an operator is shown. */
export const operatorSees = {
  async action(panel: PanelProcess, id: string): Promise<ActionView> {
    return (await ask(panel, { path: `/console/api/actions/${id}` })).json()
  },

  /** All of them, newest first. */
  async actions(panel: PanelProcess): Promise<readonly ActionSummary[]> {
    const all: ActionSummary[] = []
    for (let before: string | undefined = ''; before !== undefined; ) {
      const page = before === '' ? '' : `&before=${before}`
      const answer = await ask(panel, { path: `/console/api/actions?limit=200${page}` })
      const { actions, before: next } = answer.json<{ actions: ActionSummary[]; before?: string }>()
      all.push(...actions)
      before = next
    }
    return all
  },

  async residue(panel: PanelProcess): Promise<readonly ResidueView[]> {
    const answer = await ask(panel, { path: '/console/api/residue' })
    return answer.json<{ residue: readonly ResidueView[] }>().residue
  },

  async objects(panel: PanelProcess): Promise<readonly CloudObject[]> {
    return (await ask(panel, { path: '/console/api/cloud/objects' })).json()
  },

  async quotaUse(panel: PanelProcess): Promise<QuotaAmounts> {
    const [project] = (await ask(panel, { path: '/console/api/projects' })).json<[{ use: QuotaAmounts }]>()
    return project.use
  },
}

export const nothingInUse: QuotaAmounts = noAmounts

export async function orderFaults(panel: PanelProcess, ...orders: readonly object[]): Promise<void> {
  const answer = await ask(panel, { method: 'PUT', path: '/console/api/cloud/faults', body: orders })
  if (answer.status !== 200) throw new Error(`The faults were not ordered: ${answer.text}`)
}

/** Waits until every action is over, with no watch open and nothing left over or waiting for that. */
export function allOver(panel: PanelProcess): Promise<readonly ActionView[]> {
  return eventually(
    'every action to be over',
    async () => {
      const actions = await operatorSees.actions(panel)
      const isOver = ({ state, watchCount, residueCount }: ActionSummary) =>
        (state === 'succeeded' || state === 'rolled-back') && watchCount === 0 && residueCount === 0
      if (!actions.every(isOver)) return undefined
      const views = await Promise.all(actions.map(({ id }) => operatorSees.action(panel, id)))
      return views.every(({ steps }) => steps.every(({ state }) => state !== 'deferred')) ? views : undefined
    },
    { withinMs: 60_000, everyMs: 50 },
  )
}

/** Deletes every server and every volume that its owner still has. */
export async function deleteEverything(panel: PanelProcess): Promise<void> {
  for (const kind of ['servers', 'volumes']) {
    const all = (await ask(panel, { path: `/v1/${kind}` })).json<readonly { uuid: string }[]>()
    for (const { uuid } of all) await ask(panel, { method: 'DELETE', path: `/v1/${kind}/${uuid}` })
  }
}
