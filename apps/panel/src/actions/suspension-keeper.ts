import { AsyncLocalStorage } from 'node:async_hooks'
import { type Background, type Clock, systemClock } from 'evenkeel'
import type { Records } from '../records/database.ts'
import { type ServerOutOfPlace, serversToResume, serversToSuspend } from '../records/suspended-servers.ts'
import type { Perform } from './perform.ts'
import { resumeServer, suspendServer } from './suspend-server.ts'

export interface SuspensionKeeperOptions {
  readonly records: Pick<Records, 'read' | 'onCommit'>
  readonly perform: Perform
  readonly background: Background
  readonly clock?: Clock
}

/** How many servers are shut down or started at once. */
const atOnceMax = 64

/** How long it rests between two looks, in milliseconds: others commit all the time. */
const restMs = 250

/** How long it waits after a server could not be shut down or started, in milliseconds: twice as long each time. */
const retryMsMin = 5_000
const retryMsMax = 300_000

/** What a server is to be brought to. */
type Wanted = ServerOutOfPlace & { readonly action: typeof suspendServer }

interface Failed {
  readonly times: number
  readonly nextTryMs: number
}

/**
 * Sees to it that no server of a suspended project runs, whatever brought it up, and that those run again which ran before,
 * once the project is resumed. It goes by the records alone, so that it has nothing to lose: it is woken by whoever commits,
 * and by its own start for what an earlier process has left. What could not be done is tried again, at growing intervals, for
 * as long as it takes.
 */
export class SuspensionKeeper {
  readonly #options: Required<SuspensionKeeperOptions>
  readonly #unsubscribe: () => void
  readonly #stopping = new AbortController()
  /** Whoever wakes it is none of its business: what it does is no part of his transaction. */
  readonly #onItsOwn = AsyncLocalStorage.snapshot()
  /** What is being worked on, by the server's uuid. */
  readonly #underWay = new Map<string, Promise<void>>()
  readonly #failed = new Map<string, Failed>()
  #sleep = new AbortController()
  readonly #keeping: Promise<void>

  private constructor(options: Required<SuspensionKeeperOptions>) {
    this.#options = options
    this.#unsubscribe = options.records.onCommit(() => this.#sleep.abort())
    this.#keeping = this.#onItsOwn(() => this.#keep())
  }

  static start({ clock = systemClock, ...options }: SuspensionKeeperOptions): SuspensionKeeper {
    return new SuspensionKeeper({ ...options, clock })
  }

  /** Begins nothing more, and waits for what is under way. The next start goes on by what the records say then. */
  async stop(): Promise<void> {
    this.#unsubscribe()
    this.#stopping.abort()
    this.#sleep.abort()
    await this.#keeping
    await Promise.all(this.#underWay.values())
  }

  async #keep(): Promise<void> {
    const { clock } = this.#options
    while (!this.#stopping.signal.aborted) {
      this.#sleep = new AbortController() // before the look: what is committed during it is looked at again
      const nextTryMs = await this.#look()
      if (this.#stopping.signal.aborted) return
      await clock.sleep(restMs, this.#stopping.signal)
      await clock.sleep(Math.max(0, nextTryMs - clock.now()), this.#sleep.signal)
    }
  }

  /** Begins what is due. @returns when to look again, in milliseconds since 1970, if nobody commits anything before */
  async #look(): Promise<number> {
    const { clock, background } = this.#options
    let wanted: readonly Wanted[] = []
    try {
      wanted = await this.#outOfPlace()
    } catch {
      // Seldom needed, so it is no run of its own each time: what can't be read is asked for again in one that is counted.
      await background('suspensions.look', () => this.#outOfPlace())
      return clock.now() + retryMsMin
    }
    this.#forgetFailuresBut(wanted)
    let nextTryMs = clock.now() + retryMsMax
    for (const one of wanted) {
      const dueMs = this.#failed.get(one.uuid)?.nextTryMs ?? 0
      if (this.#underWay.has(one.uuid)) continue
      if (dueMs > clock.now()) nextTryMs = Math.min(nextTryMs, dueMs)
      else if (this.#underWay.size < atOnceMax) this.#begin(one)
    }
    return nextTryMs
  }

  async #outOfPlace(): Promise<readonly Wanted[]> {
    const { read } = this.#options.records
    return [
      ...(await serversToSuspend(read)).map(server => ({ ...server, action: suspendServer })),
      ...(await serversToResume(read)).map(server => ({ ...server, action: resumeServer })),
    ]
  }

  #forgetFailuresBut(wanted: readonly Wanted[]): void {
    if (this.#failed.size === 0) return
    const uuids = new Set(wanted.map(({ uuid }) => uuid))
    for (const uuid of this.#failed.keys()) {
      if (!uuids.has(uuid) && !this.#underWay.has(uuid)) this.#failed.delete(uuid)
    }
  }

  #begin(one: Wanted): void {
    const bringing = this.#bring(one).then(() => {
      this.#underWay.delete(one.uuid)
      this.#sleep.abort() // there may be more than was begun at once
    })
    this.#underWay.set(one.uuid, bringing)
  }

  async #bring({ action, projectId, uuid }: Wanted): Promise<void> {
    const { background, perform, clock } = this.#options
    let isDone = false
    await background(`suspensions.${action.name}`, async () => {
      await perform(action, { projectId, uuid }, { until: 'ended' })
      isDone = true
    })
    if (isDone) {
      this.#failed.delete(uuid)
      return
    }
    const times = (this.#failed.get(uuid)?.times ?? 0) + 1
    const waitMs = Math.min(retryMsMax, retryMsMin * 2 ** (times - 1))
    this.#failed.set(uuid, { times, nextTryMs: clock.now() + waitMs })
  }
}
