import type { DatabaseSync } from 'node:sqlite'
import { onDisk, RecordsUnavailableException, unavailable } from './sqlite.ts'

/** So many are committed together at most: the first of them waits for the last. */
const groupSizeMax = 64

/** Transactions that share a commit. */
interface Group {
  size: number
  readonly committed: PromiseWithResolvers<void>
}

export interface GroupedTransactionsOptions {
  /** Whether a commit waits for whoever asks in the same turn of the event loop: not where it has no disk to wait for. @default true */
  isGathering?: boolean
  /** Told after each commit; it must not throw. @default nobody */
  onCommit?: () => void
}

type Outcome<T> = { readonly value: T } | { readonly thrown: unknown }

/**
 * Database transactions on one connection, one after the other. Those that wait at the same moment share a commit, and
 * so the wait for the disk. Each runs within a savepoint of its own: one that throws is undone alone.
 */
export class GroupedTransactions {
  readonly #database: DatabaseSync
  readonly #isGathering: boolean
  readonly #onCommit: () => void
  /** Settles when the work that was asked for last is done. */
  #last: Promise<unknown> = Promise.resolve()
  /** How many are under way or wait for their turn. */
  #openCount = 0
  #group: Group | undefined

  constructor(
    database: DatabaseSync,
    { isGathering = true, onCommit = () => {} }: GroupedTransactionsOptions = {},
  ) {
    this.#database = database
    this.#isGathering = isGathering
    this.#onCommit = onCommit
  }

  /**
   * Resolves when all that `work` wrote is committed; nothing of it remains when it throws.
   *
   * @throws {RecordsUnavailableException} it could not be begun or committed
   * @throws whatever `work` throws
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#openCount++
    const mine = this.#last.then(() => this.#inGroup(work))
    this.#last = mine.catch(() => undefined) // Its caller hears of it; the next one only waits for the end.
    const { group, outcome } = await mine
    if ('thrown' in outcome) throw outcome.thrown
    await group.committed.promise
    return outcome.value
  }

  /** Resolves when those that were asked for before have ended. */
  async settled(): Promise<void> {
    await this.#last
    await this.#group?.committed.promise.catch(() => undefined) // Whose work it was hears of it.
  }

  async #inGroup<T>(
    work: () => Promise<T>,
  ): Promise<{ readonly group: Group; readonly outcome: Outcome<T> }> {
    let outcome: Outcome<T> | undefined
    try {
      this.#group ??= this.#begin()
      const group = this.#group
      group.size++
      outcome = await this.#inSavepoint(work)
      return { group, outcome }
    } finally {
      this.#openCount--
      if (this.#group !== undefined) this.#endWhenFull(this.#group, outcome)
    }
  }

  #endWhenFull(group: Group, last: Outcome<unknown> | undefined): void {
    // SQLite itself rolls all of it back after some errors, such as a full disk.
    if (!this.#database.isTransaction) this.#end(group, () => this.#wasLost(last))
    else if (!this.#isGathering || group.size >= groupSizeMax) this.#end(group, () => this.#commit())
    else setImmediate(() => this.#commitIfAtRest(group))
  }

  #commitIfAtRest(group: Group): void {
    if (this.#openCount === 0 && this.#group === group) this.#end(group, () => this.#commit())
  }

  #begin(): Group {
    onDisk(() => this.#database.exec('begin immediate'))
    const committed = Promise.withResolvers<void>()
    committed.promise.catch(() => {}) // Each of the group hears of it, if there is one that has not failed by itself.
    return { size: 0, committed }
  }

  async #inSavepoint<T>(work: () => Promise<T>): Promise<Outcome<T>> {
    onDisk(() => this.#database.exec('savepoint one'))
    try {
      const value = await work()
      if (this.#database.isTransaction) onDisk(() => this.#database.exec('release one'))
      return { value }
    } catch (thrown) {
      if (this.#database.isTransaction) onDisk(() => this.#database.exec('rollback to one; release one'))
      return { thrown }
    }
  }

  #end(group: Group, finish: () => void): void {
    this.#group = undefined
    try {
      finish()
      group.committed.resolve()
      this.#onCommit()
    } catch (error) {
      group.committed.reject(error)
    }
  }

  #commit(): void {
    try {
      onDisk(() => this.#database.exec('commit'))
    } catch (error) {
      if (this.#database.isTransaction) onDisk(() => this.#database.exec('rollback'))
      throw error
    }
  }

  #wasLost(last: Outcome<unknown> | undefined): never {
    const thrown = last !== undefined && 'thrown' in last ? last.thrown : undefined
    if (thrown instanceof RecordsUnavailableException) throw thrown
    throw unavailable('what was not committed yet is undone', thrown)
  }
}
