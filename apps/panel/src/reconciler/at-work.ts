import type { TxId } from 'evenkeel'
import type { PanelActions } from '../actions/panel-actions.ts'
import { idOfLock, idsAtWork } from '../records/admitted.ts'
import type { Db } from '../records/tables.ts'

/**
 * What actions are at, from `watch` on: those that were under way then, or were not closed, and all that have begun since,
 * even if they have ended. Whatever is read in between and is not of these was as it was all the time.
 */
export class AtWork implements Disposable {
  readonly #db: Db
  readonly #actions = new Set<string>()
  readonly #ids = new Set<string>()
  readonly #unsubscribe: () => void

  private constructor(actions: PanelActions, db: Db) {
    this.#db = db
    this.#unsubscribe = actions.subscribe(event => {
      if (event.kind === 'journaled' && event.entry.kind === 'started') {
        this.#add(event.actionId, event.entry.locks)
      }
    })
    for (const { id, locks } of actions.unclosed()) this.#add(id, locks)
  }

  static async watch(actions: PanelActions, db: Db): Promise<AtWork> {
    const atWork = new AtWork(actions, db)
    await atWork.#addAdmitted()
    return atWork
  }

  /** What they are about until now, by the ids that their locks name. */
  async ids(): Promise<readonly string[]> {
    await this.#addAdmitted() // Admitted in this moment, and not begun yet.
    return [...this.#ids]
  }

  /** Whether this action is one of them. */
  has(actionId: TxId): boolean {
    return this.#actions.has(actionId)
  }

  [Symbol.dispose](): void {
    this.#unsubscribe()
  }

  async #addAdmitted(): Promise<void> {
    for (const id of await idsAtWork(this.#db)) this.#ids.add(id)
  }

  #add(actionId: string, locks: readonly string[]): void {
    this.#actions.add(actionId)
    for (const lock of locks) this.#ids.add(idOfLock(lock))
  }
}
