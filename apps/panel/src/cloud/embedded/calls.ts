import { Exception } from 'evenkeel'
import { CloudTimeoutException } from '../exceptions.ts'
import { type AnswerOf, type Effect, effects, type RequestOf } from './effects.ts'
import { CloudClosedException } from './exceptions.ts'
import type { FaultOrder } from './fault-order.ts'
import type { FaultOrders } from './faults.ts'
import { slowness } from './latency.ts'
import { type Moment, momentIn, type World } from './moment.ts'
import type { CloudOperation, EffectOperation, ReadOperation } from './operations.ts'
import { busy, failed, refused } from './refusals.ts'
import { advance, keepForLater } from './time.ts'

export interface CallsOptions {
  readonly world: World
  readonly orders: FaultOrders
  readonly now: () => number
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
  readonly kill: () => void
}

/** How every call goes: some waiting, its effect together with the fault that strikes it, some waiting, the answer. */
export class Calls {
  readonly #options: CallsOptions

  constructor(options: CallsOptions) {
    this.#options = options
  }

  /** Changes the world. */
  effect<Operation extends EffectOperation>(
    operation: Operation,
    request: RequestOf<Operation>,
    signal: AbortSignal | undefined,
  ): Promise<AnswerOf<Operation>> {
    const act = effects[operation] as unknown as Effect<RequestOf<Operation>, AnswerOf<Operation>>
    const { db } = this.#options.world
    return this.#call(
      {
        operation,
        act: moment => act(moment, request),
        actLate: dueAtMs => keepForLater(db, operation, request, dueAtMs),
      },
      signal,
    )
  }

  /** Looks at the world. */
  read<Answer>(
    operation: ReadOperation,
    look: (moment: Moment) => Answer,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    return this.#call({ operation, act: look, actLate: undefined }, signal)
  }

  async #call<Answer>(call: Call<Answer>, signal: AbortSignal | undefined): Promise<Answer> {
    const halfMs = this.#options.world.latency.ofCall(call.operation) / 2
    await this.#wait(call, halfMs, signal)
    const { result, kept } = this.#take(call)
    await kept
    const { struck, outcome } = result
    if (struck?.kind === 'crash') {
      this.#options.kill()
      return new Promise<never>(() => {}) // a dead process answers nobody
    }
    await this.#wait(call, struck?.kind === 'slow' ? halfMs * (2 * slowness - 1) : halfMs, signal)
    if (outcome.exception !== undefined) throw outcome.exception
    return outcome.answer
  }

  /** The effect, the fault and its count are kept together or not at all. */
  #take<Answer>(call: Call<Answer>): { readonly result: Taken<Answer>; readonly kept: Promise<void> } {
    const { world, orders, now } = this.#options
    if (!world.db.isOpen) throw new CloudClosedException(call.operation)
    return world.db.together(() => {
      const nowMs = now()
      advance(world, nowMs)
      const struck = orders.strike(call.operation)
      return { struck, outcome: this.#underFault(call, struck, nowMs) }
    })
  }

  #underFault<Answer>(call: Call<Answer>, struck: FaultOrder | undefined, nowMs: number): Outcome<Answer> {
    const { operation, actLate } = call
    const act = (options: { fault?: string; isSlow?: boolean } = {}) =>
      this.#act(call, momentIn(this.#options.world, { operation, nowMs, ...options }))
    switch (struck?.kind) {
      case 'refuse':
        return { exception: refused(operation, 'a fault was ordered for it') }
      case 'busy':
        return { exception: busy(operation) }
      case 'lose-answer':
        act()
        return { exception: answerLost(operation) }
      case 'late-effect':
        actLate?.(nowMs + struck.delayMs)
        return { exception: answerLost(operation) }
      case 'error-state':
        if (actLate === undefined) return { exception: failed(operation) }
        return act({
          fault: `The cloud failed after it had accepted ${operation}: a fault was ordered for it.`,
        })
      case 'slow':
        return act({ isSlow: true })
      case 'crash':
      case undefined:
        return act()
    }
  }

  #act<Answer>({ act }: Call<Answer>, moment: Moment): Outcome<Answer> {
    try {
      return { answer: moment.db.attempt(() => act(moment)) }
    } catch (thrown) {
      // What the cloud answers is an outcome like another, under which a fault's count stays; a bug is not.
      if (thrown instanceof Exception && thrown.category === 'dependency') return { exception: thrown }
      throw thrown
    }
  }

  async #wait({ operation }: Call<unknown>, ms: number, signal: AbortSignal | undefined): Promise<void> {
    try {
      signal?.throwIfAborted()
      if (ms > 0) await this.#options.sleep(ms, signal)
    } catch (thrown) {
      if (signal?.aborted !== true) throw thrown
      throw answerLost(operation, signal.reason)
    }
  }
}

interface Call<Answer> {
  readonly operation: CloudOperation
  readonly act: (moment: Moment) => Answer
  /** Keeps the effect for later; undefined for a read, which has none. */
  readonly actLate: ((dueAtMs: number) => void) | undefined
}

interface Taken<Answer> {
  readonly struck: FaultOrder | undefined
  readonly outcome: Outcome<Answer>
}

type Outcome<Answer> =
  | { readonly answer: Answer; readonly exception?: undefined }
  | { readonly exception: Exception }

function answerLost(operation: CloudOperation, cause?: unknown): CloudTimeoutException {
  return new CloudTimeoutException(operation, cause === undefined ? {} : { cause })
}
