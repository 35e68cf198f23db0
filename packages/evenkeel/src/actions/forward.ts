import { createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import type { Json } from '../exceptions/exception.ts'
import { type Exception, toException } from '../exceptions/index.ts'
import type { PlannedStep, RunContext, StepCaller, StepOptions } from './action.ts'
import { Interruption } from './effect.ts'
import { withoutSecrets } from './encoding.ts'
import type { JournaledStep } from './engine/journal.ts'
import { ActionMisuseException, NonDeterministicActionException } from './exceptions.ts'
import { fromJournaled, toJournaled } from './journaled-exception.ts'
import type { LiveAction } from './live-action.ts'
import { perform } from './perform.ts'
import { type AnyStep, checkName } from './step.ts'

/** How the way forward came to its end. */
export type ForwardEnd =
  | { readonly kind: 'returned'; readonly output: unknown }
  | { readonly kind: 'pivoted' }
  | { readonly kind: 'failed'; readonly cause: Exception }
  | { readonly kind: 'interrupted' }

/**
 * Runs an action's `run` until it returns, throws, pivots, or is interrupted by `live.forward`. After a restart it
 * starts again from the top: finished steps answer from the journal, one at a time, in the order of their completion.
 */
export async function runForward<World, Db>(live: LiveAction<World, Db>): Promise<ForwardEnd> {
  return new Forward(live).run()
}

class Forward<World, Db> {
  readonly #live: LiveAction<World, Db>
  readonly #replay: Replay
  readonly #asked = new Set<string>()
  readonly #underWay = new Set<Promise<unknown>>()
  readonly #ended = Promise.withResolvers<ForwardEnd>()
  #isOver = false

  constructor(live: LiveAction<World, Db>) {
    this.#live = live
    this.#replay = new Replay(
      [...live.history.steps.values()]
        .filter(({ doneOrder }) => doneOrder !== undefined)
        .sort((a, b) => (a.doneOrder ?? 0) - (b.doneOrder ?? 0))
        .map(({ path }) => path),
      path =>
        this.#end({
          kind: 'failed',
          cause: this.#nonDeterministic(path, 'the journal has it done before, and run does not ask for it'),
        }),
    )
  }

  async run(): Promise<ForwardEnd> {
    const { forward, action, input, history } = this.#live
    forward.signal.addEventListener('abort', () => this.#end({ kind: 'interrupted' }), { once: true })
    if (forward.signal.aborted) return { kind: 'interrupted' }
    const context: RunContext<World> = {
      actionId: history.id,
      step: this.#stepCaller(),
      startedAtMs: history.startedAtMs,
      id: name => derivedId(`${history.id}/${name}`),
    }
    // `async` turns what run throws synchronously into a rejection.
    const body = (async () => action.definition.run(input, context))()
    body.then(
      output => this.#returned(output),
      thrown => this.#end({ kind: 'failed', cause: toException(thrown) }),
    )
    const end = await this.#ended.promise
    // Effects under way settle or time out before anything else is decided.
    await Promise.allSettled(this.#underWay)
    return end
  }

  #end(end: ForwardEnd): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#replay.stop()
    this.#ended.resolve(end)
  }

  #returned(output: unknown): void {
    const [pending] = this.#underWay
    if (pending !== undefined) {
      const cause = new ActionMisuseException(
        this.#live.action.name,
        'run',
        'returned while a step was still under way: await every step',
      )
      this.#end({ kind: 'failed', cause })
    } else if (this.#replay.next !== undefined) {
      const cause = this.#nonDeterministic(
        this.#replay.next,
        'the journal has it done before, and run returned without asking for it',
      )
      this.#end({ kind: 'failed', cause })
    } else {
      this.#end({ kind: 'returned', output })
    }
  }

  #stepCaller(): StepCaller<World> {
    const caller = <Input, Output>(step: AnyStep<World>, input: Input, options?: StepOptions) =>
      this.#untilOver(() => this.#step(step, input, options)) as Promise<Output>
    const pivot = (name: string, steps: readonly PlannedStep<World>[]) =>
      this.#untilOver(() => this.#pivot(name, steps))
    return Object.assign(caller, { pivot })
  }

  /** Once the way forward is over, what `run` awaits never settles, so that no `catch` of its can begin more work. */
  async #untilOver<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isOver) return new Promise<never>(() => {})
    const working = work()
    this.#underWay.add(working)
    try {
      const result = await working
      return this.#isOver ? await new Promise<never>(() => {}) : result
    } catch (thrown) {
      if (this.#isOver || thrown instanceof Interruption) return await new Promise<never>(() => {})
      throw thrown
    } finally {
      this.#underWay.delete(working)
    }
  }

  async #step(step: AnyStep<World>, input: unknown, options?: StepOptions): Promise<unknown> {
    const live = this.#live
    const path = this.#claimPath(step, options)
    live.declared(path, step.name)
    const encoded = live.parts.encoding.encode(step.definition.input.parse(input), `input of ${path}`)
    this.#checkSameAsJournaled(path, step.name, encoded)
    await this.#replay.turnOf(path)

    const known = live.history.steps.get(path)
    if (known?.output !== undefined) return live.decodeOutput(step, known.output)
    if (known?.failure !== undefined) throw fromJournaled(known.failure, live.parts.classes)
    try {
      const output = await perform(live, step, path, encoded, { interruption: live.forward.signal })
      return live.decodeOutput(step, output)
    } catch (thrown) {
      if (thrown instanceof Interruption) throw thrown
      const exception = toException(thrown)
      await live.append({ kind: 'step-failed', path, exception: toJournaled(exception) })
      throw exception
    }
  }

  async #pivot(name: string, planned: readonly PlannedStep<World>[]): Promise<never> {
    const live = this.#live
    const steps = planned.map(([step, input, options]): JournaledStep => {
      const path = this.#claimPath(step, options)
      live.declared(path, step.name)
      return {
        path,
        step: step.name,
        input: live.parts.encoding.encode(step.definition.input.parse(input), `input of ${path}`),
      }
    })
    await this.#replay.finished()
    // Whichever of cancel and pivot comes first wins: from here to the append nothing is awaited.
    if (live.forward.signal.aborted) throw new Interruption()
    const written = live.append({ kind: 'pivot', name, steps })
    this.#end({ kind: 'pivoted' })
    await written
    throw new Interruption()
  }

  #claimPath(step: AnyStep<World>, options?: StepOptions): string {
    if (options?.as !== undefined) checkName('step', options.as)
    const path = options?.as === undefined ? step.name : `${step.name}/${options.as}`
    if (this.#asked.has(path)) {
      throw new ActionMisuseException(
        this.#live.action.name,
        path,
        "is used twice: tell the uses apart with { as: '…' }",
      )
    }
    this.#asked.add(path)
    return path
  }

  #checkSameAsJournaled(path: string, stepName: string, input: Json): void {
    const known = this.#live.history.steps.get(path)
    if (known === undefined) return
    if (known.step !== stepName)
      throw this.#nonDeterministic(
        path,
        `the journal has the step ${known.step} there, and run asks for ${stepName}`,
      )
    // Secrets are encrypted anew each time, so they can't be compared.
    if (JSON.stringify(withoutSecrets(known.input)) !== JSON.stringify(withoutSecrets(input))) {
      throw this.#nonDeterministic(path, 'the journal has another input')
    }
  }

  #nonDeterministic(path: string, what: string): NonDeterministicActionException {
    return new NonDeterministicActionException(this.#live.action.name, path, what)
  }
}

/** Lets journaled results out one at a time, in the order in which they came when they were new. */
class Replay {
  readonly #paths: readonly string[]
  readonly #stuck: (path: string) => void
  readonly #waiting = new Map<string, PromiseWithResolvers<void>>()
  readonly #fresh: PromiseWithResolvers<void>[] = []
  #released = 0
  #isStopped = false

  constructor(paths: readonly string[], stuck: (path: string) => void) {
    this.#paths = paths
    this.#stuck = stuck
  }

  /** The result that is to come out next; undefined when all have. */
  get next(): string | undefined {
    return this.#paths[this.#released]
  }

  /** Nothing comes out any more. */
  stop(): void {
    this.#isStopped = true
    for (const waiting of [...this.#waiting.values(), ...this.#fresh]) waiting.reject(new Interruption())
  }

  /** Resolves when it is this path's turn: in order for a journaled one, after all of those for a new one. */
  async turnOf(path: string): Promise<void> {
    if (!this.#paths.includes(path)) return this.finished()
    const turnToCome = Promise.withResolvers<void>()
    this.#waiting.set(path, turnToCome)
    void this.#pump()
    await turnToCome.promise
  }

  /** Resolves when all journaled results are out. */
  async finished(): Promise<void> {
    if (this.next === undefined) return
    const all = Promise.withResolvers<void>()
    this.#fresh.push(all)
    void this.#pump()
    await all.promise
  }

  async #pump(): Promise<void> {
    // What the last result set in motion comes to rest first, so that everything asks before anything is released.
    await turn()
    if (this.#isStopped) return
    const { next } = this
    if (next === undefined) {
      for (const all of this.#fresh.splice(0)) all.resolve()
      return
    }
    const asker = this.#waiting.get(next)
    if (asker !== undefined) {
      this.#waiting.delete(next)
      this.#released++
      asker.resolve()
      void this.#pump()
    } else if (this.#fresh.length > 0 || this.#waiting.size > 0) {
      this.#stuck(next)
    }
  }
}

/** A UUID (version 8: of our own making) that depends on the text alone. */
function derivedId(text: string): string {
  const hash = createHash('sha256').update(text).digest()
  hash[6] = ((hash[6] as number) & 0x0f) | 0x80
  hash[8] = ((hash[8] as number) & 0x3f) | 0x80
  const hex = hash.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  )
}
