import type { TxId } from 'evenkeel'
import type { RunSummary } from '../records/reconciler-runs.ts'

/** Compares the records with the cloud, repairs what is safe to repair, and keeps the rest as findings for operators. */
export interface Reconciler {
  /** Since when a run is under way, in milliseconds since 1970; undefined while there is none. */
  readonly runningSinceMs: number | undefined
  /** Compares everything once; joins a run that is under way. It never throws: what went wrong is in the summary. */
  run(): Promise<RunSummary>
  /**
   * Has done what an operator asks for of what a finding offers.
   *
   * @param by what the operator is called
   * @returns the action, once it is admitted
   */
  remedy(findingId: number, remedy: string, by: string): Promise<{ readonly actionId: TxId }>
}
