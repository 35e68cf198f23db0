import type { TxId } from 'evenkeel'

/** What operators may do about a finding. */
export interface Remedy {
  /** For programs: `resize`. */
  readonly name: string
  /** On a button: "Resize it". */
  readonly label: string
  /** What will be done and what can't be taken back, as sentences. */
  readonly consequence: string
}

export const findingStates = ['open', 'repairing', 'repaired', 'dismissed', 'passed'] as const

/** Something in which an application's records and the cloud differ, and what has become of it. */
export interface Finding {
  readonly id: number
  /** `orphan`: the cloud has it, and no record. `missing`: the reverse. `broken`: in an error state that its record doesn't know of. */
  readonly kind: 'orphan' | 'missing' | 'drifted' | 'broken'
  /** What it is: `server`. */
  readonly objectKind: string
  readonly objectName: string | null
  /** What the records call it. */
  readonly objectUuid: string | null
  /** What the cloud calls it. */
  readonly cloudId: string | null
  /** Whose it is. */
  readonly projectId: string | null
  /** The one that differs; empty for the whole object. */
  readonly field: string
  /** One sentence: what is where, and what the records say. */
  readonly what: string
  readonly remedies: readonly Remedy[]
  /** `passed`: it was gone when somebody looked again. */
  readonly state: (typeof findingStates)[number]
  /** The repair under way, or the last one. */
  readonly actionId: string | null
  /** How often its repair was begun. */
  readonly attempts: number
  /** Why the last repair was rolled back. */
  readonly lastReason: string | null
  /** When its repair is tried again by itself; null if nobody does. */
  readonly nextTryAtMs: number | null
  readonly firstSeenAtMs: number
  readonly lastSeenAtMs: number
  readonly settledAtMs: number | null
  readonly dismissedReason: string | null
  readonly dismissedBy: string | null
}

/** How many findings somebody or something still has to see to. */
export interface FindingsOverview {
  readonly open: number
  readonly repairing: number
}

/** A comparison of the records with the cloud that has ended. */
export interface Comparison {
  readonly startedAtMs: number
  readonly endedAtMs: number
  /** How many objects of each kind were compared. */
  readonly compared: { readonly [objectKind: string]: number }
  /** How many objects at the cloud are others'. */
  readonly othersCount: number
  /** How many findings there were of each kind. */
  readonly found: { readonly [Kind in Finding['kind']]: number }
  /** Why it ended before its end; undefined if it did not. */
  readonly exception: { readonly name: string; readonly message: string } | undefined
}

/** Which findings are asked for: all that is given must hold. */
export interface FindingsQuery {
  /** In one of these states. @default all */
  readonly states?: readonly Finding['state'][] | undefined
  /** Those that are older than this one. */
  readonly before?: number | undefined
  readonly limit: number
}

/** Where an application's findings come from, and what can be done about them. */
export interface FindingsSource {
  /** Newest first. */
  list(query: FindingsQuery): Promise<readonly Finding[]>
  find(id: number): Promise<Finding | undefined>
  overview(): Promise<FindingsOverview>
  /** The last ones, newest first. */
  comparisons(limit: number): Promise<readonly Comparison[]>
  /** Since when one is under way, in milliseconds since 1970; undefined while there is none. */
  readonly comparingSinceMs: number | undefined
  /** Begins one, unless one is under way. Nobody waits for its end. */
  compare(): void
  /** Does what the finding offers, and resolves once the action for it is admitted. @param by what the operator is called */
  remedy(id: number, remedy: string, by: string): Promise<{ readonly actionId: TxId }>
  /** Leaves it as it is. @returns false if it isn't open any more */
  dismiss(id: number, why: { readonly by: string; readonly reason: string }): Promise<boolean>
}
