/** Checks and shapes a value that comes from outside or out of the journal. Zod's schemas are such. */
export interface Schema<T> {
  /** @throws anything, when `value` isn't a `T` */
  parse(value: unknown): T
}
