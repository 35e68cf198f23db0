import type { Writable } from 'node:stream'
import { comeBackSoon, eventOf } from 'evenkeel/fastify'
import {
  changesSince,
  firstUnsettledSecond,
  type LiveReading,
  type LiveSources,
  readLive,
} from './live-reading.ts'

export interface LiveFeedOptions extends LiveSources {
  /** Told of an update that could not be read; by then every client has been let go. */
  onFailure: (error: unknown) => void
  /** @default 1000 */
  updateMs?: number
  /** How much may wait to be taken by a client before it is dropped. @default 4 MB */
  backlogBytesMax?: number
}

const snapshotSeconds = 15 * 60

/**
 * Keeps any number of operators' pages up to date: each gets a snapshot, then every second what has
 * changed since. One timer and one reading a second serve all of them; with no client there is neither.
 */
export class LiveFeed {
  readonly #options: Required<LiveFeedOptions>
  /** The clients, each with what it was last told. */
  readonly #clients = new Map<Writable, LiveReading>()
  #timer: NodeJS.Timeout | undefined
  #isReading = false
  #isClosed = false

  constructor({ updateMs = 1000, backlogBytesMax = 4_000_000, ...options }: LiveFeedOptions) {
    this.#options = { ...options, updateMs, backlogBytesMax }
  }

  /** What a client is told first: read before its answer begins, so that a failure can still be answered as one. */
  async snapshot(): Promise<LiveReading> {
    return readLive(this.#options, Math.floor(this.#options.now() / 1000) - snapshotSeconds)
  }

  /** Sends `snapshot` to the client, and updates until it goes. */
  join(client: Writable, snapshot: LiveReading): void {
    // Gone while the snapshot was read: its `close` has been and won't come again.
    if (client.destroyed) return
    client.write(comeBackSoon)
    client.write(eventOf('snapshot', snapshot))
    if (this.#isClosed) {
      client.end()
      return
    }
    client.once('close', () => this.#leave(client))
    this.#clients.set(client, snapshot)
    this.#timer ??= setInterval(() => void this.#update(), this.#options.updateMs)
  }

  /** Ends every client's stream, and those of clients that still come. */
  close(): void {
    this.#isClosed = true
    this.#letAllGo()
  }

  async #update(): Promise<void> {
    // When reading takes longer than a second, updates become rarer instead of piling up.
    if (this.#isReading) return
    this.#isReading = true
    try {
      const reading = await readLive(this.#options, firstUnsettledSecond(this.#oldestToldMs()))
      for (const [client, told] of this.#clients) this.#tell(client, told, reading)
    } catch (error) {
      // Clients come back at once, and their request then meets the failure where it is counted and answered.
      this.#letAllGo()
      this.#options.onFailure(error)
    } finally {
      this.#isReading = false
    }
  }

  #tell(client: Writable, told: LiveReading, reading: LiveReading): void {
    // A client that joined while this was being read knows newer things already.
    if (reading.now < told.now) return
    client.write(eventOf('update', changesSince(told, reading)))
    this.#clients.set(client, reading)
    // Nobody reads at the other end, or too slowly: what waits for them must not fill our memory.
    if (client.writableLength > this.#options.backlogBytesMax) client.destroy()
  }

  #oldestToldMs(): number {
    return Math.min(this.#options.now(), ...[...this.#clients.values()].map(({ now }) => now))
  }

  #leave(client: Writable): void {
    this.#clients.delete(client)
    if (this.#clients.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #letAllGo(): void {
    for (const client of this.#clients.keys()) {
      this.#leave(client)
      // Ending waits until all has been taken, which a client that doesn't read would put off for ever.
      if (client.writableLength > 0) client.destroy()
      else client.end()
    }
  }
}
