import { type Fault, faultsAt, type Scenario, strikesAgain } from './fault.ts'
import type { ProofWorld } from './proof-world.ts'
import { placeOf } from './script.ts'
import type { ProofSetup } from './setup.ts'
import { runTrial, type TracedPoint, type Trial } from './trial.ts'

export interface ExploreOptions {
  /** How many faults meet in one run at most. */
  readonly faults: 1 | 2
  /** So many pairs, taken by chance from all; undefined for all. */
  readonly sample: { readonly pairs: number; readonly seed: number } | undefined
}

export interface Exploration {
  readonly base: Trial
  /** One fault each, at what a run without faults comes to. */
  readonly singles: readonly Trial[]
  /** One fault each at what only another one opens: a find, an undo. */
  readonly opened: readonly Trial[]
  /** Two faults each, the second at what the run comes to after the first. */
  readonly pairs: readonly Trial[]
  /** Pairs that were not run, because another one had its second fault at the same point in the same state. */
  readonly spared: number
}

/** A place is faulted at its first and second time; what comes after repeats them. */
const occurrencesMax = 2

/** Runs an action for every fault at every point that it comes to. */
export async function explore<World, Db extends object, Around extends ProofWorld<World, Db>>(
  setup: ProofSetup<World, Db, Around>,
  { faults, sample }: ExploreOptions,
): Promise<Exploration> {
  const takesStates = faults === 2
  const run = (scenario: Scenario) => runTrial(setup, scenario, { takesStates })
  const base = await run([])
  const singles: Trial[] = []
  for (const point of faultable(base.trace)) {
    for (const fault of faultsOf(setup, point)) singles.push(await run([{ point: point.name, fault }]))
  }
  const opened = await exploreOpened(setup, base, singles, run)
  if (!takesStates) return { base, singles, opened, pairs: [], spared: 0 }
  const { scenarios, spared } = pairsOf(setup, singles, [...singles, ...opened])
  const pairs: Trial[] = []
  for (const scenario of sample === undefined ? scenarios : taken(scenarios, sample)) {
    pairs.push(await runTrial(setup, scenario))
  }
  return { base, singles, opened, pairs, spared }
}

/** Finds and undos are come to only after a fault: each place is faulted behind the first one that opens it. */
async function exploreOpened<World, Db extends object, Around extends ProofWorld<World, Db>>(
  setup: ProofSetup<World, Db, Around>,
  base: Trial,
  singles: readonly Trial[],
  run: (scenario: Scenario) => Promise<Trial>,
): Promise<readonly Trial[]> {
  const known = new Set(base.trace.map(({ name }) => placeOf(name)))
  const opened: Trial[] = []
  let openers = singles
  while (openers.length > 0) {
    const further: Trial[] = []
    for (const { scenario, trace, isNotApplicable } of openers) {
      if (isNotApplicable) continue
      for (const point of trace) {
        if (point.occurrence > 1 || known.has(point.name)) continue
        if (scenario.some(({ fault, point: at }) => strikesAgain(fault) && placeOf(at) === point.name))
          continue
        known.add(point.name)
        for (const fault of faultsOf(setup, point))
          further.push(await run([...scenario, { point: point.name, fault }]))
      }
    }
    opened.push(...further)
    // A third fault would be one too many for what this level promises.
    openers = further.filter(({ scenario }) => scenario.length < 2)
  }
  return opened
}

/** The pairs behind each single fault, without those that another pair stands for. */
function pairsOf<World, Db extends object, Around extends ProofWorld<World, Db>>(
  setup: ProofSetup<World, Db, Around>,
  singles: readonly Trial[],
  done: readonly Trial[],
): { readonly scenarios: readonly Scenario[]; readonly spared: number } {
  const seen = new Set<string>()
  const isDone = new Set(done.map(({ scenario }) => JSON.stringify(scenario)))
  const scenarios: Scenario[] = []
  let spared = 0
  for (const { scenario, trace, isNotApplicable } of singles) {
    const [first] = scenario
    if (first === undefined || isNotApplicable) continue
    const struckAt = trace.findIndex(({ name }) => name === first.point)
    for (const point of faultable(trace.slice(struckAt + 1))) {
      if (strikesAgain(first.fault) && placeOf(point.name) === placeOf(first.point)) continue
      for (const fault of faultsOf(setup, point)) {
        const pair: Scenario = [first, { point: point.name, fault }]
        const key = `${point.state} ${placeOf(point.name)} ${fault}`
        if (seen.has(key)) {
          spared++
          continue
        }
        seen.add(key)
        if (!isDone.has(JSON.stringify(pair))) scenarios.push(pair)
      }
    }
  }
  return { scenarios, spared }
}

function faultable(trace: readonly TracedPoint[]): readonly TracedPoint[] {
  return trace.filter(({ occurrence }) => occurrence <= occurrencesMax)
}

function faultsOf<World, Db extends object, Around extends ProofWorld<World, Db>>(
  { hasDeadline }: ProofSetup<World, Db, Around>,
  { kind }: TracedPoint,
): readonly Fault[] {
  return faultsAt[kind].filter(fault => fault !== 'deadline' || hasDeadline)
}

/** So many of a list, the same ones for the same seed (by the generator mulberry32). */
function taken<T>(all: readonly T[], { pairs, seed }: { pairs: number; seed: number }): readonly T[] {
  let state = seed >>> 0
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const left = [...all]
  const chosen: T[] = []
  while (chosen.length < pairs && left.length > 0) {
    const at = Math.floor(random() * left.length)
    chosen.push(...left.splice(at, 1))
  }
  return chosen
}
