export type {
  Action,
  ActionDefinition,
  ActionEnd,
  AdmissionContext,
  AnyAction,
  BranchOptions,
  BranchResults,
  PlannedStep,
  RunContext,
  StepCaller,
  StepOptions,
} from './action.ts'
export type { ActionDatabase, AdmittedAction, IdempotentStart } from './action-database.ts'
export type { ActionEvent, JournaledEvent, Wait, WaitingEvent } from './action-event.ts'
export type * from './action-view.ts'
export { Actions, type ActionsOptions, type StartedAction, type StartOptions } from './actions.ts'
export { actionsOn } from './define.ts'
export type { ActionRun } from './drive.ts'
export { type Clock, systemClock } from './engine/clock.ts'
export { type SqliteJournalOptions, sqliteJournal } from './engine/embedded/sqlite-journal.ts'
export * from './engine/exceptions.ts'
export type { HistoryQuery } from './engine/history-query.ts'
export type {
  Journal,
  JournalEntry,
  JournalEvent,
  JournaledHistory,
  JournalOptions,
  SetAsideHistory,
} from './engine/journal.ts'
export { memoryJournal } from './engine/memory/memory-journal.ts'
export * from './exceptions.ts'
export type { StepCall, StepPart } from './live-action.ts'
export type { Schema } from './schema.ts'
export { Secret } from './secret.ts'
export type {
  AnyStep,
  EffectContext,
  FindableDefinition,
  Found,
  IdempotentDefinition,
  PollBounds,
  PollDefinition,
  Step,
} from './step.ts'
