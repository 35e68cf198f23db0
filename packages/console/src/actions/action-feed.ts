import type { Writable } from 'node:stream'
import type { TxId } from 'evenkeel'
import type { ActionEvent, ActionsReader, ActionView } from 'evenkeel/actions'
import { comeBackSoon, eventOf } from 'evenkeel/fastify'
import { happeningOf } from './action-happening.ts'

export interface ActionFeedOptions {
  actions: ActionsReader
  id: TxId
  /** How long changes are gathered before the action is told anew, in milliseconds. @default 100 */
  gatherMs?: number
  /** How often an action is read that doesn't tell its changes, in milliseconds. @default 1000 */
  rereadMs?: number
  /** How much may wait to be taken by the client before it is dropped. @default 4 MB */
  backlogBytesMax?: number
  /** Told why the action could not be read again; by then the client has been let go. */
  onFailure: (error: unknown) => void
}

/**
 * Follows one action for one client: an event `view` with all of it, then an event `event` for all that happens, each
 * with the progress, and a new `view` after them. The stream ends with the view of the closed action.
 */
export class ActionFeed {
  readonly #options: Required<ActionFeedOptions>
  readonly #unsubscribe: (() => void) | undefined
  #client: Writable | undefined
  /** The newest that is known of it. */
  #view: ActionView | undefined
  /** What the client was told last. */
  #told = ''
  #gathering: NodeJS.Timeout | undefined
  #rereading: NodeJS.Timeout | undefined

  constructor({
    gatherMs = 100,
    rereadMs = 1000,
    backlogBytesMax = 4_000_000,
    ...options
  }: ActionFeedOptions) {
    this.#options = { ...options, gatherMs, rereadMs, backlogBytesMax }
    // From before the first view is read: whatever happens meanwhile is in it, or comes after it.
    this.#unsubscribe = options.actions.subscribe?.(event => this.#take(event))
  }

  /** What the client is told first: read before its answer begins, so that a failure can still be answered as one. */
  async firstView(read: () => Promise<ActionView>): Promise<ActionView> {
    try {
      return await read()
    } catch (error) {
      this.#unsubscribe?.()
      throw error
    }
  }

  /** Sends the first view to the client, and what comes until the action is closed or the client goes. */
  follow(client: Writable, firstView: ActionView): void {
    // Gone while it was read: its `close` has been and won't come again.
    if (client.destroyed) {
      this.#unsubscribe?.()
      return
    }
    this.#client = client
    this.#view ??= firstView
    client.once('close', () => this.#leave())
    client.write(comeBackSoon)
    this.#tellView()
    if (client.writableEnded) return
    this.#rereading = setInterval(() => void this.#reread(), this.#options.rereadMs)
  }

  /** Ends the client's stream, whatever the action does. */
  end(): void {
    const client = this.#client
    this.#leave()
    // Ending waits until all has been taken, which a client that doesn't read would put off for ever.
    if (client !== undefined && client.writableLength > 0) client.destroy()
    else client?.end()
  }

  #take(event: ActionEvent): void {
    if (event.actionId !== this.#options.id) return
    this.#view = event.view()
    if (this.#client === undefined) return
    this.#write(eventOf('event', happeningOf(event)))
    if (this.#view.isClosed) this.#tellView()
    else this.#gathering ??= setTimeout(() => this.#tellView(), this.#options.gatherMs)
  }

  #tellView(): void {
    clearTimeout(this.#gathering)
    this.#gathering = undefined
    const told = JSON.stringify(this.#view)
    if (told === this.#told) return
    this.#told = told
    this.#write(eventOf('view', this.#view))
    if (this.#view?.isClosed) this.#client?.end()
  }

  #write(text: string): void {
    const client = this.#client
    if (client === undefined || client.writableEnded) return
    client.write(text)
    // Nobody reads at the other end, or too slowly: what waits for them must not fill our memory.
    if (client.writableLength > this.#options.backlogBytesMax) client.destroy()
  }

  /** Whom a lock is waited for changes without the action's doing; and some actions tell nothing by themselves. */
  async #reread(): Promise<void> {
    if (this.#unsubscribe !== undefined && this.#view?.state !== 'waiting') return
    const { actions, id, onFailure } = this.#options
    const before = this.#view
    try {
      const view = await actions.view(id)
      // What was told meanwhile is newer.
      if (view === undefined || this.#view !== before) return
      this.#view = view
      this.#tellView()
    } catch (error) {
      this.#client?.destroy()
      onFailure(error)
    }
  }

  #leave(): void {
    this.#unsubscribe?.()
    clearTimeout(this.#gathering)
    clearInterval(this.#rereading)
    this.#client = undefined
  }
}
