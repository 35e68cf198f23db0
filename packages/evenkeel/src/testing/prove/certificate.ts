import type { AnyAction } from '../../actions/action.ts'
import type { Exploration } from './explore.ts'
import { type Fault, faultsAt, type PointKind } from './fault.ts'
import type { ProofEnd } from './proof-world.ts'
import { placeOf } from './script.ts'
import type { Trial } from './trial.ts'

/** What a proof has shown: which faults at which points, and how the action ended. Plain data, the same for the same code. */
export interface Certificate {
  readonly format: 1
  readonly action: string
  readonly version: number
  /** How many faults met in one run at most. */
  readonly faults: number
  /** The places that faults were put at, by kind. */
  readonly points: { readonly [kind in PointKind]?: readonly string[] }
  /** The faults put at each kind of place. */
  readonly faultsAt: { readonly [kind in PointKind]?: readonly Fault[] }
  readonly runs: {
    readonly singles: number
    /** At places that only another fault opens. */
    readonly opened: number
    readonly pairs: number
    /** Pairs that another one stands for: the same fault at the same point, journal and world in the same state. */
    readonly sparedPairs: number
    /** A fault met what can't have it: an error state of something that has none. */
    readonly notApplicable: number
  }
  /** How the action ended, over all runs. `notAdmitted`: the process died before. */
  readonly ends: { readonly succeeded: number; readonly rolledBack: number; readonly notAdmitted: number }
}

export function certificateOf(
  // biome-ignore lint/suspicious/noExplicitAny: only name and version are read.
  action: AnyAction<any, any>,
  { base, singles, opened, pairs, spared }: Exploration,
  faults: number,
): Certificate {
  const all = [base, ...singles, ...opened, ...pairs]
  const shown = all.filter(({ isNotApplicable }) => !isNotApplicable)
  const ordered = shown.flatMap(({ scenario, trace }) =>
    scenario.flatMap(({ point, fault }) => {
      const kind = trace.find(({ name }) => name === point)?.kind
      return kind === undefined ? [] : [{ kind, place: placeOf(point), fault }]
    }),
  )
  const kinds = (Object.keys(faultsAt) as PointKind[]).filter(kind =>
    ordered.some(order => order.kind === kind),
  )
  const byKind = <T>(pick: (kind: PointKind) => readonly T[]) =>
    Object.fromEntries(kinds.map(kind => [kind, pick(kind)])) as { [kind in PointKind]?: readonly T[] }
  return {
    format: 1,
    action: action.name,
    version: action.definition.version,
    faults,
    points: byKind(kind => [
      ...new Set(ordered.filter(order => order.kind === kind).map(({ place }) => place)),
    ]),
    faultsAt: byKind(kind =>
      faultsAt[kind].filter(fault => ordered.some(order => order.kind === kind && order.fault === fault)),
    ),
    runs: {
      singles: singles.length,
      opened: opened.length,
      pairs: pairs.length,
      sparedPairs: spared,
      notApplicable: all.length - shown.length,
    },
    ends: {
      succeeded: count(shown, 'succeeded'),
      rolledBack: count(shown, 'rolled-back'),
      notAdmitted: shown.length - count(shown, 'succeeded') - count(shown, 'rolled-back'),
    },
  }
}

/** The certificate as a Markdown page that a person reads. */
export function certificateText({
  action,
  version,
  faults,
  points,
  faultsAt: at,
  runs,
  ends,
}: Certificate): string {
  const rows = (Object.keys(points) as PointKind[]).map(
    kind => `| ${kind} | ${points[kind]?.map(place => `\`${place}\``).join(' ')} | ${at[kind]?.join(', ')} |`,
  )
  const total = 1 + runs.singles + runs.opened + runs.pairs
  return [
    `# ${action}, version ${version}: proved with ${faults === 1 ? 'one fault' : 'up to two faults'} in a run`,
    '',
    `${total} runs: 1 without a fault, ${runs.singles} with one, ${runs.opened} with one at what another had opened, ${runs.pairs} pairs` +
      (faults === 1
        ? '.'
        : `; ${runs.sparedPairs} pairs were spared, because journal and world were in a state in which the same fault had struck at the same point.`),
    runs.notApplicable === 0 ? '' : `In ${runs.notApplicable} of them the fault met what can't have it.`,
    '',
    `Ended: ${ends.succeeded} succeeded, ${ends.rolledBack} rolled back, ${ends.notAdmitted} never admitted. In each, the state was usable, records and objects agreed, no orphan was left, no object of another action was touched, all locks were free, no residue was left that no lasting fault explains, and the next action on the same key worked.`,
    '',
    '| kind of point | points | faults |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ]
    .filter((line, at, lines) => line !== '' || lines[at - 1] !== '')
    .join('\n')
}

function count(trials: readonly Trial[], kind: ProofEnd['kind']): number {
  return trials.filter(({ ends }) => ends.some(end => end.role === 'main' && end.kind === kind)).length
}
