/** What is loaded: an engine that has the action of five steps. */
export interface Engine extends AsyncDisposable {
  /** Starts an action and waits until it has succeeded. */
  run(order: number): Promise<void>
  /** How many effects its steps have had so far. */
  effects(): number
}

/** This engine can't be started on this machine: the message says why, in a few words. */
export class EngineUnavailable extends Error {}
