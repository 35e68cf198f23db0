import type { TxId } from '../filters/tx-id.ts'
import type { ActionView } from './action-view.ts'
import type { JournalEntry } from './engine/journal.ts'
import type { StepPart } from './live-action.ts'

/** Something was written into the action's journal: a step began, an attempt failed, an undo is done, a watch was opened. */
export interface JournaledEvent {
  readonly kind: 'journaled'
  readonly entry: JournalEntry
}

/** What an action waits for before it goes on. */
export interface Wait {
  /** The step concerned; undefined for a lock, which is the whole action's. */
  readonly path: string | undefined
  readonly part: StepPart | undefined
  /**
   * `effect`: what a system has accepted and not done yet. `busy`: the next attempt. `settling`: an effect whose answer
   * was lost, to show. `lock`: another action. `sleep`: time that `run` lets pass.
   */
  readonly for: 'effect' | 'busy' | 'settling' | 'lock' | 'sleep'
  /** In milliseconds since 1970; undefined where nobody can say. */
  readonly untilMs: number | undefined
  /** Who holds the lock. */
  readonly holder?: {
    readonly lock: string
    readonly action: string
    readonly actionId: TxId
    readonly sinceMs: number
  }
}

export interface WaitingEvent extends Wait {
  readonly kind: 'waiting'
}

/** Something that happens in an action, as it happens. */
export type ActionEvent = {
  readonly actionId: TxId
  readonly action: string
  /** In milliseconds since 1970. */
  readonly atMs: number
  /** The action as it stands now, with this event in it. */
  view(): ActionView
} & (JournaledEvent | WaitingEvent)
