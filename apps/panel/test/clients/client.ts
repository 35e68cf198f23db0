import { expect } from 'vitest'
import { eventually } from '../../src/demo/eventually.ts'
import type { PanelProcess } from '../../src/demo/panel-process.ts'
import { type Answer, ask } from '../panel.fixture.ts'
import { type Fields, formOf } from './form.ts'

/** An object of the API, as untyped as it comes. */
// biome-ignore lint/suspicious/noExplicitAny: what is in it is what the stories assert
export type Thing = any

/** What a client is like that nobody changes for us. */
export interface Habits {
  readonly userAgent: string
  /** Whether it says that its body is JSON where it sends none. */
  readonly announcesJson: boolean
  /** What it sends with an action that needs nothing said. */
  readonly emptyAction: object | undefined
}

/** The clients of reference §1.2 and §1.3. */
export const habitsOf = {
  go: { userAgent: 'cloudscale/v9.1.0', announcesJson: true, emptyAction: undefined },
  python: { userAgent: 'cloudscale-sdk 0.7.0', announcesJson: false, emptyAction: {} },
  ansible: { userAgent: 'ansible-httpget', announcesJson: false, emptyAction: undefined },
} as const satisfies { readonly [client: string]: Habits }

const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'Content-Type, Authorization',
  'access-control-allow-methods': 'GET, POST, OPTIONS, PUT, PATCH, DELETE',
}

/** Somebody who works with the API as the real clients do, and falls over whatever makes these fall over. */
export class Client {
  readonly #panel: PanelProcess
  readonly #habits: Habits

  constructor(panel: PanelProcess, habits: Habits) {
    this.#panel = panel
    this.#habits = habits
  }

  list(path: string): Promise<readonly Thing[]> {
    return this.get(path)
  }

  /** @param path below `/v1`, or the `href` of an object */
  async get(path: string): Promise<Thing> {
    const answer = await this.answer('GET', path)
    expect(answer.status, answer.text).toBe(200)
    return answer.json<Thing>()
  }

  async status(path: string): Promise<number> {
    return (await this.answer('GET', path)).status
  }

  /** The object as the 201 shows it. */
  async create(path: string, body: object): Promise<Thing> {
    const answer = await this.answer('POST', path, body)
    expect(answer.status, answer.text).toBe(201)
    return answer.json<Thing>()
  }

  patch(path: string, body: object): Promise<void> {
    return this.#done('PATCH', path, body)
  }

  /** Such as `start`, of one object. */
  act(path: string, body: object | undefined = this.#habits.emptyAction): Promise<void> {
    return this.#done('POST', path, body)
  }

  delete(path: string): Promise<void> {
    return this.#done('DELETE', path)
  }

  /** What is refused, and why: one field or `detail`, and its message. */
  async refused(method: string, path: string, body?: object): Promise<readonly [string, string]> {
    const answer = await this.answer(method, path, body)
    expect(answer.status, answer.text).toBe(400)
    const [[field, message] = ['', ''], ...more] = Object.entries(answer.json())
    expect(more).toEqual([])
    return [field, message]
  }

  /** Asks until the object is so. One that is gone makes no client wait. */
  until(path: string, isSo: (thing: Thing) => boolean): Promise<Thing> {
    return eventually(
      `${path} to become as it should`,
      async () => {
        const thing = await this.get(path)
        return isSo(thing) ? thing : undefined
      },
      { everyMs: 50, withinMs: 60_000 },
    )
  }

  untilGone(path: string): Promise<true> {
    return eventually(`${path} to be gone`, async () => (await this.status(path)) === 404 || undefined)
  }

  untilStatus(path: string, status: string): Promise<Thing> {
    return this.until(path, thing => {
      expect(['changing', status], 'clients wait for ever for another status').toContain(thing.status)
      return thing.status === status
    })
  }

  /** A server that runs. */
  async runningServer(fields: object = {}): Promise<Thing> {
    const { href } = await this.create('servers', { ...smallServer, ...fields })
    return this.untilStatus(href, 'running')
  }

  /** @param fields as curl sends them with `-F`, or with `-d` */
  form(path: string, encoding: keyof typeof formOf, fields: Fields): Promise<Answer> {
    const { type, text } = formOf[encoding](fields)
    return this.#ask({ method: 'POST', path: this.#pathOf(path), text, headers: { 'content-type': type } })
  }

  async answer(method: string, path: string, body?: object): Promise<Answer> {
    const { userAgent, announcesJson } = this.#habits
    const headers = { 'user-agent': userAgent, ...(announcesJson && { 'content-type': 'application/json' }) }
    return this.#ask({ method, path: this.#pathOf(path), headers, ...(body && { body }) })
  }

  async #ask(call: Parameters<typeof ask>[1]): Promise<Answer> {
    const answer = await ask(this.#panel, call)
    expectReadable(answer, this.#panel.url)
    return answer
  }

  async #done(method: string, path: string, body?: object): Promise<void> {
    const answer = await this.answer(method, path, body)
    expect([answer.status, answer.text], `${method} ${path} ${JSON.stringify(body)}`).toEqual([204, ''])
  }

  // What does not begin with the base that the client knows, it would ask another server for.
  #pathOf(path: string): string {
    if (!path.startsWith('http')) return `/v1/${path}`
    expect(path.startsWith(`${this.#panel.url}/v1/`), path).toBe(true)
    return path.slice(this.#panel.url.length)
  }
}

export const smallServer = {
  name: 'web',
  flavor: 'flex-4-1',
  image: 'debian-12',
  volume_size_gb: 10,
  ssh_keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFhQb2xsZXIgaXMgYSBuYW1lIG5vdCBhIGtleQ== client'],
}

/** What every client takes for granted of every answer. */
function expectReadable({ status, headers, rawHeaders, text }: Answer, url: string): void {
  expect(headers).toMatchObject(cors)
  const names = rawHeaders.filter((_, at) => at % 2 === 0).map(name => name.toLowerCase())
  expect(names.toSorted(), 'no header twice').toEqual([...new Set(names)].toSorted())
  const body: unknown = text === '' ? {} : JSON.parse(text)
  if (status === 204) expect(text).toBe('')
  else if (status < 400) expectOwnHrefs(body, url)
  // The Go SDK reads errors into a map of texts, and loses those that don't fit.
  else for (const message of Object.values(body as object)) expect(message).toBeTypeOf('string')
}

function expectOwnHrefs(value: unknown, url: string): void {
  if (typeof value !== 'object' || value === null) return
  for (const [name, part] of Object.entries(value)) {
    if (name === 'href') expect(part).toMatch(new RegExp(`^${url}/v1/[^/]`))
    else expectOwnHrefs(part, url)
  }
}
