import { type Exception, toException } from '../exceptions/index.ts'
import type {
  BranchOptions,
  BranchResults,
  PlannedStep,
  RunContext,
  StepCaller,
  StepOptions,
} from './action.ts'
import { runBranches } from './branches.ts'
import { Completions } from './completions.ts'
import { conform } from './conform.ts'
import { isStep } from './define-checks.ts'
import { derivedId } from './derived-id.ts'
import { type Difference, stepDifference } from './difference.ts'
import { Interruption } from './effect.ts'
import type { JournaledStep } from './engine/journal.ts'
import { ActionMisuseException, NonDeterministicActionException } from './exceptions.ts'
import { fromJournaled, toJournaled } from './journaled-exception.ts'
import type { LiveAction } from './live-action.ts'
import { perform } from './perform.ts'
import { Gate, Scope } from './scope.ts'
import { sleep } from './sleep.ts'
import { type AnyStep, versionOf } from './step.ts'
import { UnderWay } from './under-way.ts'

/** How the way forward came to its end. */
export type ForwardEnd =
  | { readonly kind: 'returned'; readonly output: unknown }
  | { readonly kind: 'pivoted' }
  | { readonly kind: 'failed'; readonly cause: Exception }
  | { readonly kind: 'interrupted' }

type Branches<World> = { readonly [branch: string]: (step: StepCaller<World>) => Promise<unknown> }

/**
 * Runs an action's `run` until it returns, throws, pivots, or is interrupted by `live.forward`. After a restart it
 * starts again from the top: finished steps answer from the journal, one at a time, in the order of their completion.
 */
export async function runForward<World, Db>(live: LiveAction<World, Db>): Promise<ForwardEnd> {
  return new Forward(live).run()
}

class Forward<World, Db> {
  readonly #live: LiveAction<World, Db>
  readonly #completions: Completions
  readonly #claimed = new Set<string>()
  readonly #underWay = new UnderWay()
  readonly #ended = Promise.withResolvers<ForwardEnd>()
  #end: ForwardEnd | undefined

  constructor(live: LiveAction<World, Db>) {
    this.#live = live
    const { steps, sleeps } = live.history
    const entries = [...steps.values(), ...sleeps.values()]
    this.#completions = new Completions({
      completed: entries
        .filter(({ doneOrder }) => doneOrder !== undefined)
        .sort((a, b) => (a.doneOrder ?? 0) - (b.doneOrder ?? 0))
        .map(({ path }) => path),
      begun: entries.filter(({ doneOrder }) => doneOrder === undefined).map(({ path }) => path),
      onStuck: (missing, asked) => this.#fail(this.#missing(missing, `run asks for ${asked} first`)),
    })
  }

  async run(): Promise<ForwardEnd> {
    const { forward, action } = this.#live
    // (not the history itself, which the context would keep as it is now for as long as the action runs)
    const { id: actionId, startedAtMs } = this.#live.history
    forward.signal.addEventListener('abort', () => this.#endWith({ kind: 'interrupted' }), { once: true })
    if (forward.signal.aborted) return { kind: 'interrupted' }
    const step = this.#stepCaller(new Scope())
    const context: RunContext<World> = {
      actionId,
      step,
      sleep: step.sleep,
      startedAtMs,
      id: name => derivedId(`${actionId}/${name}`),
    }
    // `async` turns what run throws synchronously into a rejection.
    const body = (async () => action.definition.run(this.#live.input, context))()
    body.then(
      output => this.#returned(output),
      thrown => this.#fail(toException(thrown)),
    )
    const end = await this.#ended.promise
    // Effects under way settle or time out before anything else is decided.
    await this.#underWay.effectsSettled()
    return end
  }

  #endWith(end: ForwardEnd): void {
    if (this.#end !== undefined) return
    this.#end = end
    this.#completions.stop()
    this.#ended.resolve(end)
  }

  #fail(cause: Exception): void {
    this.#endWith({ kind: 'failed', cause })
  }

  #returned(output: unknown): void {
    const { first: pending } = this.#underWay
    const { missing } = this.#completions
    if (pending !== undefined) {
      this.#fail(this.#misuse(pending, 'was still under way when run returned: await every step'))
    } else if (missing !== undefined) {
      this.#fail(this.#missing(missing, 'run returned without asking for it'))
    } else {
      this.#endWith({ kind: 'returned', output })
    }
  }

  #stepCaller(scope: Scope): StepCaller<World> {
    const caller = <Input, Output>(step: AnyStep<World>, input: Input, options?: StepOptions) => {
      if (!isStep(step))
        return this.#wrong(
          'step',
          'was called with something that is no step: do two modules import each other?',
        )
      const path = scope.pathOf(step.name, options)
      return this.#effect(scope, path, () => this.#step(scope, step, path, input)) as Promise<Output>
    }
    return Object.assign(caller, {
      all: <B extends Branches<World>>(branches: B, options?: BranchOptions) =>
        this.#call(scope, `step.all of ${Object.keys(branches).join(', ')}`, () =>
          this.#all(scope, branches, options),
        ) as Promise<BranchResults<B>>,
      under: (name: string) => this.#stepCaller(scope.under('part', name)),
      sleep: (name: string, ms: number) => {
        const path = scope.pathOf(name)
        return this.#effect(scope, path, () => this.#sleep(scope, path, ms))
      },
      pivot: (name: string, steps: readonly PlannedStep<World>[]) =>
        this.#effect(scope, `pivot ${name}`, () => this.#pivot(scope, name, steps)),
    })
  }

  /** A call that journals something: it settles before anything else is decided. */
  #effect<T>(scope: Scope, path: string, work: () => Promise<T>): Promise<T> {
    return this.#call(scope, path, () => {
      const working = work()
      scope.track(working)
      this.#live.pace.track(working)
      this.#underWay.trackEffect(working)
      return working
    })
  }

  /**
   * Once the way forward is over, or a branch beside this one has failed, what `run` awaits never settles, so that no
   * `catch` of its can begin more work. Nor can it catch that it is wrong itself.
   */
  async #call<T>(scope: Scope, path: string, work: () => Promise<T>): Promise<T> {
    if (this.#end !== undefined) return this.#tooLate(path, this.#end)
    const working = work()
    this.#underWay.begin(working, path, scope)
    let settled: { readonly result: T } | { readonly thrown: unknown }
    try {
      settled = { result: await working }
    } catch (thrown) {
      settled = { thrown }
    }
    this.#underWay.end(working)
    if ('thrown' in settled && isWrong(settled.thrown)) this.#fail(settled.thrown)
    if (this.#end !== undefined || scope.isClosed) return never()
    if ('result' in settled) return settled.result
    if (settled.thrown instanceof Interruption) return never()
    throw settled.thrown
  }

  #tooLate(path: string, end: ForwardEnd): Promise<never> {
    if (end.kind === 'returned' || end.kind === 'pivoted') {
      const { parts, action, history } = this.#live
      const what = `was asked for after run had ${end.kind}, and is not done: await every step before`
      parts.report(this.#misuse(path, what), action.name, history.id)
    }
    return never()
  }

  async #step(scope: Scope, step: AnyStep<World>, path: string, input: unknown): Promise<unknown> {
    const live = this.#live
    if (isShut(scope, path, live)) throw new Interruption()
    this.#claim(path)
    const { json } = this.#journalable(step, path, input)
    this.#check(
      path,
      stepDifference(live.history, path, { step: step.name, version: versionOf(step), input: json }),
    )
    await this.#completions.turnOf(path)
    if (isShut(scope, path, live)) throw new Interruption()

    const known = live.history.steps.get(path)
    if (known?.output !== undefined) return live.decodeOutput(step, known.path)
    if (known?.failure !== undefined) throw fromJournaled(known.failure, live.parts.classes)
    try {
      const output = await perform(live, step, path, json, { interruption: live.forward.signal })
      await this.#letOut(live.step(path).doneOrder)
      return output
    } catch (thrown) {
      if (thrown instanceof Interruption) throw thrown
      const exception = toException(thrown)
      await live.append({ kind: 'step-failed', path, exception: toJournaled(exception) })
      await this.#letOut(live.step(path).doneOrder)
      throw exception
    }
  }

  async #sleep(scope: Scope, path: string, ms: number): Promise<void> {
    const live = this.#live
    if (isShut(scope, path, live)) throw new Interruption()
    this.#claim(path)
    if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY))
      throw this.#misuse(path, `sleeps for ${ms}: give it milliseconds`)
    const begun = live.history.steps.get(path)
    if (begun !== undefined)
      this.#check(path, { expected: `the step ${begun.step} there`, asked: 'run asks for a sleep' })
    await this.#completions.turnOf(path)
    if (isShut(scope, path, live)) throw new Interruption()

    if (live.history.sleeps.get(path)?.doneOrder !== undefined) return
    await sleep(live, path, ms)
    await this.#letOut(live.history.sleeps.get(path)?.doneOrder)
  }

  async #all(
    scope: Scope,
    branches: Branches<World>,
    { concurrency = Number.POSITIVE_INFINITY }: BranchOptions = {},
  ): Promise<{ [branch: string]: unknown }> {
    const gate = new Gate()
    if (!(concurrency >= 1))
      throw this.#misuse('step.all', `has concurrency ${concurrency}: give it 1 or more`)
    const entries = Object.entries(branches).map(([name, branch]) => {
      const caller = this.#stepCaller(scope.under('branch', name, gate))
      return [name, async () => branch(caller)] as const
    })
    return runBranches(Object.fromEntries(entries), { gate, concurrency })
  }

  async #pivot(scope: Scope, name: string, planned: readonly PlannedStep<World>[]): Promise<never> {
    const live = this.#live
    const path = `pivot ${name}`
    if (scope.isBranch)
      throw this.#misuse(path, 'is in a branch, while others may be under way: call it after step.all')
    const { first: other } = this.#underWay
    if (other !== undefined)
      throw this.#misuse(other, `was still under way at the ${path}: await every step before`)
    const steps = planned.map(([step, input, options]): JournaledStep => {
      const stepPath = scope.pathOf(step.name, options)
      this.#claim(stepPath)
      const { json } = this.#journalable(step, stepPath, input)
      return { path: stepPath, step: step.name, version: versionOf(step), input: json }
    })
    await this.#completions.turnOf(path)
    // Whichever of cancel and pivot comes first wins: from here to the append nothing is awaited.
    if (live.forward.signal.aborted) throw new Interruption()
    const written = live.append({ kind: 'pivot', name, steps })
    this.#endWith({ kind: 'pivoted' })
    await written
    throw new Interruption()
  }

  /** @throws {ActionMisuseException} the path is in use */
  #claim(path: string): void {
    if (this.#claimed.has(path))
      throw this.#misuse(
        path,
        "is used twice: tell the uses apart with { as: '…' }, or call the second one under a name, step.under('…')",
      )
    this.#claimed.add(path)
  }

  /** @throws {ActionMisuseException} the action doesn't list the step, or its input can't be journaled */
  #journalable(step: AnyStep<World>, path: string, input: unknown) {
    const { action, parts } = this.#live
    this.#live.checkListed(step, path)
    const of = { action: action.name, path, what: 'input' } as const
    return conform(input, step.definition.input, parts.encoding, of)
  }

  #letOut(order: number | undefined): Promise<void> {
    if (order === undefined) throw new TypeError('only what is completed can be let out')
    return this.#completions.letOut(order, this.#underWay)
  }

  #check(path: string, difference: Difference | undefined): void {
    if (difference === undefined) return
    const { expected, asked } = difference
    throw new NonDeterministicActionException(this.#live.action.name, path, expected, asked)
  }

  #missing(path: string, asked: string): NonDeterministicActionException {
    const { steps, sleeps } = this.#live.history
    const { doneOrder } = steps.get(path) ?? sleeps.get(path) ?? {}
    const expected = `${path} as ${doneOrder === undefined ? 'begun' : 'done'} before`
    return new NonDeterministicActionException(this.#live.action.name, path, expected, asked)
  }

  /** A call that can't be made: it ends the way forward, like any wrong use. */
  #wrong(path: string, what: string): Promise<never> {
    this.#fail(this.#misuse(path, what))
    return never()
  }

  #misuse(path: string, what: string): ActionMisuseException {
    return new ActionMisuseException(this.#live.action.name, path, what)
  }
}

function isWrong(thrown: unknown): thrown is Exception {
  return thrown instanceof ActionMisuseException || thrown instanceof NonDeterministicActionException
}

/** Whether nothing may begin here any more, because a branch beside has failed; what is begun is finished. */
function isShut<World, Db>({ isClosed }: Scope, path: string, { history }: LiveAction<World, Db>): boolean {
  return isClosed && !history.steps.has(path) && !history.sleeps.has(path)
}

function never(): Promise<never> {
  return new Promise(() => {})
}
