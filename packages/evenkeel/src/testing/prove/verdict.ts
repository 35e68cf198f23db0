import type { JournalEntry } from '../../actions/engine/journal.ts'
import { type ActionHistory, historyOf, type StepHistory } from '../../actions/history.ts'
import type { AnyStep } from '../../actions/step.ts'
import type { TxId } from '../../filters/tx-id.ts'
import type { ProofEnd, WorldObject } from './proof-world.ts'

/** What a run has left, when nothing is under way any more. */
export interface Remains {
  readonly actions: readonly {
    readonly id: TxId
    readonly role: ProofEnd['role']
    readonly entries: readonly JournalEntry[]
  }[]
  readonly before: readonly WorldObject[]
  readonly now: readonly WorldObject[]
  mayTouch(object: WorldObject): boolean
  // biome-ignore lint/suspicious/noExplicitAny: steps of whatever world; only their names and places are read.
  stepsOf(action: string): readonly AnyStep<any>[]
  readonly locksHeld: readonly string[]
  readonly stillAdmitted: readonly string[]
  /** Whether a fault lasted so long that something could not be finished or undone in time. */
  readonly mayHaveResidue: boolean
}

/** What is wrong with that, whatever the application: orphans, missing objects, touched ones, locks, residue. */
export function problemsOf(remains: Remains): readonly string[] {
  const histories = remains.actions.map(({ id, entries }) => historyOf(id, entries))
  return [
    ...histories.flatMap(history => leftBehind(remains, history)),
    ...(histories.length === 1 ? histories.flatMap(history => missing(remains, history)) : []),
    ...strangers(remains, histories),
    ...touched(remains),
    ...remains.locksHeld.map(lock => `the lock ${lock} is still held`),
    ...remains.stillAdmitted.map(
      name => `${name} is still among the admitted actions: its end was not recorded`,
    ),
    ...(remains.mayHaveResidue
      ? []
      : remains.actions.flatMap(({ entries }) => residueIn(entries, remains.stepsOf))),
  ]
}

function leftBehind(remains: Remains, history: ActionHistory): readonly string[] {
  return remains.now.flatMap(object => {
    const path = pathOf(object, history)
    if (path === undefined) return []
    const step = history.steps.get(path)
    if (history.state === 'succeeded' && step !== undefined && idOf(step) === object.id) return []
    const end = history.state === 'succeeded' ? 'the action keeps another' : 'the action was rolled back'
    return [
      `${object.id} is left behind: ${path} made it, and ${end}. ${undoOf(remains, history, object, path, step)}`,
    ]
  })
}

/** Leads to the function that has not done its work. */
function undoOf(
  { stepsOf }: Remains,
  { id, name: action }: ActionHistory,
  object: WorldObject,
  path: string,
  step: StepHistory | undefined,
): string {
  const declared = stepsOf(action).find(({ name }) => name === step?.step)
  const undo = `the undo of ${declared === undefined ? path : placed(declared)}`
  if (declared?.definition.undo === 'nothing')
    return `${placed(declared)} has undo: 'nothing': say how to undo it.`
  const failure = step?.undo.at(-1)?.exception
  if (step?.undoneAtMs !== undefined || step?.removed.includes(object.id))
    return `${capital(undo)} ran, and ended as if it were gone: look at what it removes.`
  if (failure !== undefined)
    return `${capital(undo)} failed ${times(step?.undo.length ?? 0)}: ${failure.exception}: ${failure.message}`
  return `${capital(undo)} never ran for it: does find see everything that carries the key ${id}/${path}?`
}

/** @example 'box.make (actions/box.ts:12)' */
function placed({ name, declaredAt }: { name: string; declaredAt?: string | undefined }): string {
  return declaredAt === undefined ? name : `${name} (${declaredAt})`
}

function missing({ now, stepsOf }: Remains, history: ActionHistory): readonly string[] {
  if (history.state !== 'succeeded') return []
  const there = new Set(now.map(({ id }) => id))
  const makers = stepsOf(history.name).filter(
    ({ definition }) => definition.find !== undefined && !definition.changes,
  )
  return [...history.steps.values()].flatMap(step => {
    const id = idOf(step)
    const isMaker = makers.some(({ name }) => name === step.step)
    return isMaker && id !== undefined && !there.has(id)
      ? [`${id} is gone: the action succeeded, and its journal has it made by ${step.path}`]
      : []
  })
}

function strangers({ before, now }: Remains, histories: readonly ActionHistory[]): readonly string[] {
  const known = new Set(before.map(({ id }) => id))
  return now
    .filter(
      object => !known.has(object.id) && histories.every(history => pathOf(object, history) === undefined),
    )
    .map(
      ({ id, key }) =>
        `${id} appeared, and its key ${JSON.stringify(key)} is none of a step: put context.key on everything that is made`,
    )
}

function touched({ before, now, mayTouch }: Remains): readonly string[] {
  const present = new Map(now.map(object => [object.id, object]))
  return before.flatMap(object => {
    if (mayTouch(object)) return []
    const after = present.get(object.id)
    if (after === undefined)
      return [`${object.id} is gone, which was there before and is not this action's to remove`]
    return JSON.stringify(after) === JSON.stringify(object)
      ? []
      : [
          `${object.id} was changed, which was there before: from ${JSON.stringify(object.state)} to ${JSON.stringify(after.state)}`,
        ]
  })
}

/** What became residue, and why: where no fault lasts, nothing may. */
export function residueIn(entries: readonly JournalEntry[], stepsOf: Remains['stepsOf']): readonly string[] {
  const [first] = entries
  const steps = first?.kind === 'started' ? stepsOf(first.name) : []
  const planned = new Set(
    entries.flatMap(entry => (entry.kind === 'pivot' ? entry.steps.map(({ path }) => path) : [])),
  )
  // Behind a pivot one refusal is enough: the next step goes on, and the janitor tries again.
  const left = new Map(
    entries.flatMap(entry =>
      entry.kind === 'residue' && !planned.has(entry.path) ? [[entry.path, entry] as const] : [],
    ),
  )
  return [...left.values()].map(({ path, exception }) => {
    const begun = entries.find(entry => entry.kind === 'intent' && entry.path === path)
    const step = steps.find(({ name }) => begun?.kind === 'intent' && name === begun.step)
    const what = step === undefined ? path : placed(step)
    return `${what} became residue, though no fault lasts: ${exception.exception}: ${exception.message}`
  })
}

function pathOf({ key }: WorldObject, { id }: ActionHistory): string | undefined {
  return key.startsWith(`${id}/`) ? key.slice(id.length + 1) : undefined
}

function idOf({ output }: StepHistory): string | undefined {
  const id = (output as { readonly id?: unknown } | undefined)?.id
  return typeof id === 'string' ? id : undefined
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
