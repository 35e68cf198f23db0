import type { Action } from '../../actions/action.ts'
import type { Certificate } from './certificate.ts'
import { certificateOf } from './certificate.ts'
import { type Exploration, explore } from './explore.ts'
import { nameOf, scenarioOf } from './fault.ts'
import { type Finding, ProofFailedError } from './finding.ts'
import type { ProofWorld } from './proof-world.ts'
import { type ProofOptions, type ProofSetup, setupOf } from './setup.ts'
import { runTrial, type Trial } from './trial.ts'

export interface ProveOptions<Request, World, Db, Around extends ProofWorld<World, Db>>
  extends ProofOptions<Request, World, Db, Around> {
  /** How many faults meet in one run: every single one, or also every pair whose second strikes on the way that the first opened. @default 1 */
  faults?: 1 | 2
  /** Only so many of the pairs, chosen by the seed. @default all */
  sample?: { readonly pairs: number; readonly seed: number }
  /** The name of one finding, to look into: only that run is made. */
  only?: string
}

/**
 * Proves an action: runs it in virtual time for every fault at every point that it comes to, and asks the world
 * afterwards. Each step's `do`, `find` and `undo`, each line of the journal, each wait, the admission and `onEnd` are points;
 * refusals, busy systems, lost answers, late effects and duplicates, error states, crashes, cancels, shutdowns and rivals are
 * faults. Whatever happened, the end must be a usable state, nothing may be left over, and the next action must work.
 *
 * @example
 * const certificate = await prove(bookTrip, {
 *   world: clock => tripWorld(clock),
 *   input: { trip: 't1' },
 *   usable: ({ trips }) => trips.problems(),
 *   faults: 2,
 * })
 *
 * @returns what was proved, to be kept beside the code and compared: `matchCertificate`
 * @throws {ProofFailedError} a state that isn't usable, or a point that no run came to; the message names each with a line
 *   that reproduces it
 */
export async function prove<
  Request,
  Input,
  Output,
  World,
  Db extends object,
  Around extends ProofWorld<World, Db>,
>(
  action: Action<Request, Input, Output, World, Db>,
  options: ProveOptions<Request, World, Db, Around>,
): Promise<Certificate> {
  const { faults = 1, sample, only } = options
  const setup = setupOf(action, options)
  if (only !== undefined) return proveOnly(setup, only)
  const exploration = await explore(setup, { faults, sample })
  const findings = findingsOf(setup, exploration)
  if (findings.length > 0) throw new ProofFailedError(action.name, findings)
  return certificateOf(action, exploration, faults)
}

async function proveOnly<World, Db extends object, Around extends ProofWorld<World, Db>>(
  setup: ProofSetup<World, Db, Around>,
  name: string,
): Promise<Certificate> {
  const trial = await runTrial(setup, scenarioOf(setup.action.name, name))
  const findings = findingsIn(setup.action.name, [trial], { tellsWay: true })
  if (findings.length > 0) throw new ProofFailedError(setup.action.name, findings)
  return certificateOf(
    setup.action,
    { base: trial, singles: [], opened: [], pairs: [], spared: 0 },
    trial.scenario.length,
  )
}

function findingsOf<World, Db extends object, Around extends ProofWorld<World, Db>>(
  { action }: ProofSetup<World, Db, Around>,
  { base, singles, opened, pairs }: Exploration,
): readonly Finding[] {
  const all = [base, ...singles, ...opened, ...pairs]
  return [...findingsIn(action.name, all), ...neverCalled(action, all)]
}

function findingsIn(
  action: string,
  trials: readonly Trial[],
  { tellsWay = false }: { tellsWay?: boolean } = {},
): readonly Finding[] {
  return trials.flatMap(({ scenario, problems, missed, trace }) => {
    const way = tellsWay ? [`the run came to: ${trace.map(({ name }) => name).join(', ')}`] : []
    const unreached = missed.map(({ point }) => `the run never came to ${point}`)
    const all = [...unreached, ...problems]
    return all.length === 0 ? [] : [{ name: nameOf(action, scenario), problems: [...all, ...way] }]
  })
}

/** A function of a step that no run called has not been proved. */
function neverCalled(
  // biome-ignore lint/suspicious/noExplicitAny: steps of whatever world; only their names and which functions they have are read.
  { name: action, definition: { steps } }: Action<any, any, any, any, any>,
  trials: readonly Trial[],
): readonly Finding[] {
  const called = new Set(trials.flatMap(trial => [...trial.called]))
  return steps.flatMap(({ name, declaredAt, definition: { undo, find } }) => {
    const parts = ['do', ...(undo === 'nothing' ? [] : ['undo']), ...(find === undefined ? [] : ['find'])]
    const missing = parts.filter(part => !called.has(`${name}.${part}`))
    if (missing.length === 0) return []
    const where = declaredAt === undefined ? '' : ` (${declaredAt})`
    return [
      {
        name: `${action}/${name}`,
        problems: [
          `no run called ${missing.join(' or ')} of ${name}${where}: give an input and a world in which the action uses it, or take it from the action's steps`,
        ],
      },
    ]
  })
}
