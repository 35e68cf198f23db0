import type { LossOverTime, LossQuery, Stretch, StretchOfOutcomes, StretchWidth } from '../series.ts'
import type { CountedSecond, SecondOfOutcomes } from '../stats.ts'

/** What the worker is asked, in the order in which it does it. */
export type Request =
  | { readonly kind: 'write'; readonly seconds: readonly CountedSecond[]; readonly nowSecond: number }
  | { readonly kind: 'seconds'; readonly stretch: Stretch; readonly unwritten: readonly CountedSecond[] }
  | {
      readonly kind: 'stretches'
      readonly stretch: Stretch
      readonly width: StretchWidth
      readonly unwritten: readonly CountedSecond[]
    }
  | {
      readonly kind: 'loss'
      readonly query: LossQuery
      readonly unwritten: readonly CountedSecond[]
      readonly nowSecond: number
    }

/** What the worker answers each kind of request with. */
export interface Answers {
  write: undefined
  seconds: readonly SecondOfOutcomes[]
  stretches: readonly StretchOfOutcomes[]
  loss: LossOverTime
}

export type Answer = Answers[Request['kind']]

/** What the worker tells without being asked: a damaged file was set aside under another name. */
export interface WorkerNotice {
  readonly path: string
  readonly error: unknown
}
