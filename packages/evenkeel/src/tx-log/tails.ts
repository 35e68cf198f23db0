import { isMatch } from './is-match.ts'
import type { TxConditions, TxRow } from './tx-log.ts'

/** Those who are told of rows as they come. */
export class Tails {
  readonly #tails = new Set<{ readonly conditions: TxConditions; readonly onRow: (row: TxRow) => void }>()

  /** Asked for every row: telling nobody must cost nothing. */
  get isAny(): boolean {
    return this.#tails.size > 0
  }

  /** Returns what ends it. */
  add(conditions: TxConditions, onRow: (row: TxRow) => void): () => void {
    const tail = { conditions, onRow }
    this.#tails.add(tail)
    return () => void this.#tails.delete(tail)
  }

  tell(row: TxRow): void {
    for (const tail of this.#tails) {
      try {
        if (isMatch(row, tail.conditions)) tail.onRow(row)
      } catch (error) {
        // Whoever looks on must not harm the request that is looked at.
        this.#tails.delete(tail)
        process.emitWarning(error instanceof Error ? error : new Error(String(error)))
      }
    }
  }
}
