import type { Writable } from 'node:stream'
import { TooManyRequestsException, type TxId } from 'evenkeel'
import type { ActionEvent } from 'evenkeel/actions'
import { comeBackSoon, eventOf, heartbeat } from 'evenkeel/fastify'
import {
  findAnyProjectAction,
  listEndedSince,
  listProjectActions,
  type ProjectActionRecord,
} from '../records/project-actions.ts'
import type { Db } from '../records/tables.ts'
import type { ApiContext } from './context.ts'
import type { Href } from './href.ts'
import { presentAction } from './present-action.ts'

/** As many streams as a project may have are open already. */
export class TooManyStreamsException extends TooManyRequestsException<{ streams: number }> {
  constructor(streams: number) {
    super(
      `This project has ${streams} event streams open already. Close one, or let several readers share a stream.`,
      { data: { streams } },
    )
  }
}

export interface ActionStreamOptions {
  readonly actions: ApiContext['actions']
  readonly read: Db
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number
  /** Told of what could not be told; by then every client has been let go. */
  readonly onFailure: (error: unknown) => void
  /** How often an idle stream is kept alive, in milliseconds. @default 15_000 */
  readonly heartbeatMs?: number
  /** How long a stream lasts, in milliseconds: its client comes back, and one that is gone unseen does not. @default 600_000 */
  readonly lifeMs?: number
  /** How many a project may have open. @default 32 */
  readonly streamsMax?: number
  /** How much may wait to be taken by a client before it is dropped. @default 1 MB */
  readonly backlogBytesMax?: number
}

/** What a client is told in the beginning, and from where on it has been told everything. */
export interface StreamRequest {
  readonly projectId: string
  readonly href: Href
  /** When it was told the last event, in milliseconds since 1970, if it comes back. */
  readonly lastToldMs: number | undefined
  /** Whether the client may still be told: asked before each event, and while nothing happens with each heartbeat. */
  isWelcome(): Promise<boolean>
}

/** A client on its way to its stream, and then on it. */
interface Follower extends StreamRequest {
  /** What happens before its answer begins. */
  readonly missed: string[]
  client: Writable | undefined
  untilMs: number
}

/** An end may have been taken down so long before it could be told. */
const untoldMs = 60_000

/** How far back a client that comes back is told what has ended, in milliseconds, and of how many actions at most. */
const toldAgainMs = 24 * 60 * 60 * 1000
const toldAgainMax = 500

/** More than are under way in any project that is not out of hand. */
const underWayMax = 1000

/**
 * Tells clients what happens in the actions of their projects. Each stream begins with what has ended since its client was
 * here last, and with all that is under way (`snapshot`); then come `started`, `progress` and `ended`, each with the
 * action as it is then. An event may come twice, and none is left out: the newest is what counts.
 */
export class ActionStreams {
  readonly #options: Required<ActionStreamOptions>
  readonly #followers = new Set<Follower>()
  /** Of those under way that something was told of. */
  readonly #projectOf = new Map<string, string>()
  /** Settles when all that has happened was told: one after the other, so that it is told in its order. */
  #telling: Promise<void> = Promise.resolve()
  #unsubscribe: (() => void) | undefined
  #beating: NodeJS.Timeout | undefined
  #isClosed = false

  constructor({
    heartbeatMs = 15_000,
    lifeMs = 600_000,
    streamsMax = 32,
    backlogBytesMax = 1_000_000,
    ...options
  }: ActionStreamOptions) {
    this.#options = { ...options, heartbeatMs, lifeMs, streamsMax, backlogBytesMax }
  }

  /**
   * Begins to follow a project, and reads what its client is told first: before its answer begins, so that a failure
   * can still be answered as one.
   *
   * @returns begins the stream, once the answer has begun
   * @throws {TooManyStreamsException} the project has as many as it may have
   */
  async follow(request: StreamRequest): Promise<(client: Writable) => void> {
    const { lifeMs, now } = this.#options
    this.#requireRoom(request.projectId)
    const follower: Follower = { ...request, missed: [], client: undefined, untilMs: now() + lifeMs }
    this.#join(follower)
    try {
      const first = await this.#firstOf(request)
      return client => this.#begin(follower, client, first)
    } catch (thrown) {
      this.#leave(follower)
      throw thrown
    }
  }

  /** Ends every client's stream, and those of clients that still come. */
  close(): void {
    this.#isClosed = true
    this.#letAllGo()
  }

  #requireRoom(projectId: string): void {
    const open = [...this.#followers].filter(follower => follower.projectId === projectId).length
    if (open >= this.#options.streamsMax) throw new TooManyStreamsException(open)
  }

  #join(follower: Follower): void {
    this.#followers.add(follower)
    this.#unsubscribe ??= this.#options.actions.subscribe(event => this.#take(event))
    this.#beating ??= setInterval(() => {
      this.#beat().catch((error: unknown) => this.#fail(error))
    }, this.#options.heartbeatMs)
  }

  #leave(follower: Follower): void {
    this.#followers.delete(follower)
    if (this.#followers.size > 0) return
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    clearInterval(this.#beating)
    this.#beating = undefined
    this.#projectOf.clear()
  }

  #begin(follower: Follower, client: Writable, first: string): void {
    // Gone while it was read: its `close` has been and won't come again.
    if (client.destroyed) {
      this.#leave(follower)
      return
    }
    client.once('close', () => this.#leave(follower))
    client.write(comeBackSoon + first + follower.missed.splice(0).join(''))
    follower.client = client
    // The server is closing: whoever was let go of before has no client to end.
    if (this.#isClosed || !this.#followers.has(follower)) client.end()
  }

  async #firstOf({ projectId, href, lastToldMs }: StreamRequest): Promise<string> {
    const { read, actions, now } = this.#options
    const nowMs = now()
    const ended =
      lastToldMs === undefined ? [] : await this.#endedSince(projectId, Math.min(lastToldMs, nowMs), nowMs)
    const underWay = await listProjectActions(read, projectId, { state: 'running', limit: underWayMax })
    const shown = await Promise.all(
      underWay.map(async record =>
        presentAction(record, await actions.view(record.actionId as TxId), { db: read, href }),
      ),
    )
    const texts = await Promise.all(
      ended.map(async record =>
        eventOf('ended', await presentAction(record, undefined, { db: read, href }), idAt(endOf(record))),
      ),
    )
    return [...texts, eventOf('snapshot', shown, idAt(nowMs))].join('')
  }

  async #endedSince(projectId: string, lastToldMs: number, nowMs: number) {
    const sinceMs = Math.max(lastToldMs - untoldMs, nowMs - toldAgainMs)
    const since = new Date(sinceMs).toISOString()
    return listEndedSince(this.#options.read, projectId, since, { limit: toldAgainMax })
  }

  #take(event: ActionEvent): void {
    const name = nameOf(event)
    if (name === undefined) return
    this.#telling = this.#telling
      .then(() => this.#tell(name, event))
      .catch((error: unknown) => this.#fail(error))
  }

  /** Clients come back at once, and their request then meets the failure where it is counted and answered. */
  #fail(error: unknown): void {
    this.#letAllGo()
    this.#options.onFailure(error)
  }

  async #tell(name: EventName, event: ActionEvent): Promise<void> {
    const { read } = this.#options
    const { actionId } = event
    const known = this.#projectOf.get(actionId)
    if (known !== undefined && this.#followersOf(known).length === 0) return
    const record = await findAnyProjectAction(read, actionId)
    if (record === undefined) return // an earlier release began it
    this.#projectOf.set(actionId, record.projectId)
    if (name === 'ended') this.#projectOf.delete(actionId)
    // What is cleaned up after its end is the provider's matter.
    if (name === 'progress' && record.endedAt !== null) return
    for (const follower of this.#followersOf(record.projectId)) {
      const shown = await presentAction(record, event.view(), { db: read, href: follower.href })
      // Asked last: a token that is revoked while this was made tells nobody anything any more.
      if (await follower.isWelcome()) this.#write(follower, eventOf(name, shown, idAt(event.atMs)))
      else this.#letGo(follower)
    }
  }

  #followersOf(projectId: string): readonly Follower[] {
    return [...this.#followers].filter(follower => follower.projectId === projectId)
  }

  #write(follower: Follower, text: string): void {
    if (!this.#followers.has(follower)) return // gone while it was made
    const { client, missed } = follower
    if (client === undefined) {
      missed.push(text)
      return
    }
    client.write(text)
    // Nobody reads at the other end, or too slowly: what waits for them must not fill our memory.
    if (client.writableLength > this.#options.backlogBytesMax) client.destroy()
  }

  async #beat(): Promise<void> {
    const nowMs = this.#options.now()
    for (const follower of this.#followers) {
      if (nowMs >= follower.untilMs || !(await follower.isWelcome())) this.#letGo(follower)
      else if (follower.client !== undefined) this.#write(follower, heartbeat)
    }
  }

  #letAllGo(): void {
    for (const follower of this.#followers) this.#letGo(follower)
  }

  #letGo(follower: Follower): void {
    const { client } = follower
    this.#leave(follower)
    // Ending waits until all has been taken, which a client that doesn't read would put off for ever.
    if (client !== undefined && client.writableLength > 0) client.destroy()
    else client?.end()
  }
}

type EventName = 'started' | 'progress' | 'ended'

/** What is told of an event; undefined for what is none of the customer's business. */
function nameOf(event: ActionEvent): EventName | undefined {
  if (event.kind === 'waiting') return 'progress'
  switch (event.entry.kind) {
    case 'started':
    case 'ended':
      return event.entry.kind
    case 'granted':
    case 'cancelled':
    case 'pivot':
    case 'rolling-back':
    case 'intent':
    case 'attempt-failed':
    case 'done':
    case 'step-failed':
    case 'undo-intent':
    case 'undone':
      return 'progress'
    default:
      return undefined
  }
}

function endOf({ endedAt, startedAt }: ProjectActionRecord): number {
  return Date.parse(endedAt ?? startedAt)
}

function idAt(ms: number): string {
  return String(Math.floor(ms))
}
