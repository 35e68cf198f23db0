import { inspect } from 'node:util'

/**
 * A text that must not be seen: a password, user data. It prints as `[secret]` wherever it is logged or
 * turned into JSON; in an action's input it is kept encrypted, until the action has ended and is clean.
 * In a schema: `z.instanceof(Secret)`.
 */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** The text itself. Hand it on, don't keep it. */
  reveal(): string {
    return this.#text
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}
