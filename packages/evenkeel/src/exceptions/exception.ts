/** Whose matter an exception is. `client` and `discard` are ignored failures, the other two are failures. */
export type Category = 'client' | 'discard' | 'dependency' | 'internal'

/**
 * Whether the same call may be made again: `safe` means that nothing happened, `unsafe` that a
 * repetition finds the same or does harm, `unknown` that the effect may or may not have taken place.
 */
export type RetrySafety = 'safe' | 'unsafe' | 'unknown'

/** A value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Public facts about an exception: they travel to the caller, so nothing secret belongs in them. */
export type PublicData = { readonly [key: string]: Json }

/** The service and the transaction in which a remote exception was thrown. */
export interface Origin {
  readonly service: string
  readonly txId: string | undefined
}

export interface ExceptionOptions<Data extends PublicData = PublicData> {
  /** What led to it: kept for operators, never sent to clients. */
  cause?: unknown
  /** Facts that clients may read and match on. @default {} */
  data?: Data
  /** @default 'unsafe' for client, discard and internal exceptions, 'unknown' for dependencies */
  retry?: RetrySafety
  /** How long the caller should wait before it tries again, in milliseconds. */
  retryAfterMs?: number
  /** What clients are told instead of the message. @default the message for client and discard, else a general sentence */
  publicMessage?: string
}

/**
 * A named interruption. Its class is its identity, its category says whose matter it is. Applications
 * subclass one of the four categories and throw: nothing is registered anywhere.
 *
 * An exception of category `client`, `discard` or `dependency` is an interrupt, not a bug, and fills no
 * stack trace; set `static override readonly hasStack = true` in a class that wants one.
 */
export abstract class Exception<Data extends PublicData = PublicData> extends Error {
  /** Whether instances record where they were made. Costs microseconds each. */
  static readonly hasStack: boolean = false
  /** The HTTP status that stands for this class and its descendants, unless a service maps its own. @default the category's */
  static readonly status: number | undefined = undefined
  /**
   * Whether `retry: 'safe'` of a dependency's class speaks of the whole request and not of one call on its way.
   * Only then our callers are told that they may repeat theirs.
   */
  static readonly isRetryForCallers: boolean = false

  /** Facts that clients may read and match on. */
  readonly data: Data
  readonly retry: RetrySafety
  readonly retryAfterMs: number | undefined
  /** Set when it was thrown by another service and rebuilt here. */
  readonly origin: Origin | undefined
  readonly #publicMessage: string | undefined

  abstract get category(): Category

  constructor(message: string, options: ExceptionOptions<Data> = {}) {
    const stackTraceLimit = Error.stackTraceLimit
    // `new.target` is the concrete class: its static decides. The limit is restored before any other code runs.
    if (!new.target.hasStack) Error.stackTraceLimit = 0
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    Error.stackTraceLimit = stackTraceLimit
    this.data = options.data ?? ({} as Data)
    this.retry = options.retry ?? new.target.prototype.defaultRetry
    this.retryAfterMs = options.retryAfterMs
    this.origin = undefined
    this.#publicMessage = options.publicMessage
  }

  /** The name that is counted, logged, graphed and sent: the class, or the remote's class if that is unknown here. */
  get className(): string {
    return this.constructor.name
  }

  override get name(): string {
    return this.className
  }

  /** What clients are told. */
  get publicMessage(): string {
    return this.#publicMessage ?? this.defaultPublicMessage
  }

  protected get defaultPublicMessage(): string {
    return this.message
  }

  protected get defaultRetry(): RetrySafety {
    return 'unsafe'
  }
}

/** Whether it counts against the success rate. */
export function isFailure(category: Category): boolean {
  return category === 'dependency' || category === 'internal'
}
