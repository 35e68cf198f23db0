import type { ActionDatabase } from '../../actions/action-database.ts'
import type { Json } from '../../exceptions/exception.ts'
import type { TxId } from '../../filters/tx-id.ts'

/** Something in an outside system, as it is asked past all faults. */
export interface WorldObject {
  readonly id: string
  /** The key of the step that made it, as the system keeps it. */
  readonly key: string
  /** Whatever else tells one state of it from another: compared and shown, never interpreted. */
  readonly state?: Json
}

/**
 * Everything around an action in one run of a proof: outside systems and database, at the state in which the action
 * begins. Every run has one of its own, so that making it should be cheap.
 */
export interface ProofWorld<World, Db> {
  /** What steps work on. */
  readonly world: World
  readonly database: ActionDatabase<Db>
  /** Every object in the outside systems, whoever made it. */
  objects(): readonly WorldObject[]
  /** Whatever else belongs to the state: records, quota, switches. Tells apart states that a pair of faults may be spared for. */
  records(): Json
  /**
   * Puts what carries this key into an error state. Without it, nothing is proved against error states.
   *
   * @returns the object's id, or undefined where nothing carries the key or its kind has no such state
   */
  damage?(key: string): string | undefined
  /** Called when the run is over. */
  dispose?(): void | Promise<void>
}

/** How an action of a run ended. */
export interface ProofEnd {
  readonly actionId: TxId
  readonly action: string
  /** `main`: the one that is proved. `rival`: started beside it, on the same key. `again`: started when all was over. */
  readonly role: 'main' | 'rival' | 'again'
  readonly kind: 'succeeded' | 'rolled-back'
}
