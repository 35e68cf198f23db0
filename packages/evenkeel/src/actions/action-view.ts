import type { Category, Origin, PublicData, RetrySafety } from '../exceptions/exception.ts'
import type { TxId } from '../filters/tx-id.ts'
import type { ActionEvent, Wait } from './action-event.ts'
import type { HistoryQuery } from './engine/history-query.ts'

/** The states that an action goes through; the last two are its ends. */
export type ActionStateKind =
  | 'waiting' // admitted, and queued for its locks
  | 'running'
  | 'past-pivot'
  | 'rolling-back'
  | 'ending' // its end is decided, `onEnd` has not been committed yet
  | 'succeeded'
  | 'rolled-back'

/** An exception as the journal keeps it: enough to rebuild the same class, and for an operator to read. */
export interface JournaledException {
  readonly exception: string
  readonly ancestors: readonly string[]
  readonly category: Category
  readonly message: string
  readonly publicMessage: string
  readonly data: PublicData
  readonly retry: RetrySafety
  readonly retryAfterMs: number | undefined
  /** Class and message of what led to it, outermost first. */
  readonly causes: readonly string[]
  /** Where it was thrown, if that was another service. Journals of earlier releases don't have it. */
  readonly origin?: Origin | undefined
}

/** What a failed attempt left at the outside system. */
export type EffectOutcome =
  | 'busy' // nothing happened: worth another attempt
  | 'refused' // nothing happened, and another attempt would find the same
  | 'broken' // an object is there, in an error state
  | 'unknown' // it may have happened, or may still

/** One attempt at an effect or at its undo. */
export interface AttemptView {
  readonly attempt: number
  readonly startedAtMs: number
  readonly endedAtMs: number | undefined
  readonly effect: EffectOutcome | 'done' | undefined
  readonly exception: JournaledException | undefined
}

export type StepStateKind =
  | 'running'
  | 'unknown' // its answer was lost, and nobody could say yet whether it happened
  | 'done'
  | 'failed'
  | 'undoing'
  | 'undone'
  | 'deferred' // waits until the action is clean
  | 'residue'
  | 'forgotten' // was residue, and an operator has dealt with it otherwise

export interface StepView {
  /** The step's identity within the action. */
  readonly path: string
  readonly step: string
  readonly key: string
  readonly state: StepStateKind
  readonly isPastPivot: boolean
  readonly startedAtMs: number
  readonly endedAtMs: number | undefined
  readonly attempts: readonly AttemptView[]
  /** After how many attempts it gives up; undefined where none is to come, or where nobody counts them. */
  readonly attemptsMax: number | undefined
  /** The ids of the objects that it made or changed, as far as known. */
  readonly objects: readonly string[]
  readonly undo: readonly AttemptView[]
  /** How it ended, if it failed. */
  readonly exception: JournaledException | undefined
  /** Who has taken it from the janitor, and why. */
  readonly forgotten: { readonly atMs: number; readonly by: string; readonly reason: string } | undefined
}

/** Something that an undo, or a step after the pivot, could not finish yet. */
export interface ResidueView {
  readonly actionId: TxId
  readonly action: string
  readonly path: string
  readonly step: string
  readonly key: string
  /** The object concerned, if one is known. */
  readonly object: string | undefined
  readonly sinceMs: number
  readonly attempts: number
  readonly lastException: JournaledException
  readonly nextTryMs: number
  /** Who acts next: the janitor tries again by itself. */
  readonly actor: 'janitor'
}

/** A look-out for an effect whose answer was lost. */
export interface WatchView {
  readonly path: string
  readonly step: string
  readonly key: string
  readonly untilMs: number
  readonly nextLookMs: number
  readonly looks: number
  /** Late objects that were found and removed so far. */
  readonly removed: readonly string[]
}

/** An action in one line. */
export interface ActionSummary {
  readonly id: TxId
  readonly name: string
  readonly version: number
  readonly state: ActionStateKind
  /** The locks that it holds or waits for, which also say what it is about. */
  readonly locks: readonly string[]
  readonly startedAtMs: number
  readonly endedAtMs: number | undefined
  /** The path of the step or sleep that it is at, if it is at one. */
  readonly currentStep: string | undefined
  readonly stepsDone: number
  /** The most attempts that any of its steps needed. */
  readonly attemptsMax: number
  readonly cause: JournaledException | undefined
  readonly residueCount: number
  readonly watchCount: number
}

/** What an action waits for right now. */
export interface CurrentWait extends Wait {
  readonly sinceMs: number
}

/** An action with all that is known of it. Times are in milliseconds since 1970. */
export interface ActionView extends ActionSummary {
  readonly steps: readonly StepView[]
  readonly residue: readonly ResidueView[]
  readonly watches: readonly WatchView[]
  /** One for each step that waits, and one for its locks. */
  readonly waits: readonly CurrentWait[]
  /** Whether it can still be called off. */
  readonly isCancellable: boolean
  /** Whether nothing more happens in it: it has ended, and nothing is left over. */
  readonly isClosed: boolean
}

/** How much is under way or left over, over all actions, however many there are. */
export interface ActionsOverview {
  /** Actions that have not ended yet. */
  readonly running: number
  /** Open late watches. */
  readonly watches: number
  /** Things left over. */
  readonly residue: number
}

/** What the console needs to show actions; what it can do without is optional. */
export interface ActionsReader {
  /** Those that are asked for, newest first. */
  list(query?: HistoryQuery): Promise<readonly ActionSummary[]>
  view(id: TxId): Promise<ActionView | undefined>
  overview(): Promise<ActionsOverview>
  /** All that is left over, oldest first. */
  residue(): Promise<readonly ResidueView[]>
  /** Tells a listener of all that happens in actions, as it happens. @returns ends it */
  subscribe?(listener: (event: ActionEvent) => void): () => void
  /** Calls an action off. @returns whether it will be rolled back */
  cancel?(id: TxId, reason: string): Promise<boolean>
  /** Tries at once what is left over of a step. @returns whether there is something */
  retry?(id: TxId, path: string, who: { by: string }): Promise<boolean>
  /** Has nobody try any more what is left over of a step. @returns whether there was something */
  forget?(id: TxId, path: string, why: { by: string; reason: string }): Promise<boolean>
}
