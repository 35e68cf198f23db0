export type { ExceptionClass } from './category-class.ts'
export * from './client-exceptions.ts'
export * from './dependency-exceptions.ts'
export * from './discard-exceptions.ts'
export { atOurEdge, type EdgeOptions } from './edge.ts'
export {
  type Category,
  Exception,
  type ExceptionOptions,
  isFailure,
  type Json,
  type Origin,
  type PublicData,
  type RetrySafety,
} from './exception.ts'
export {
  type FanOutData,
  FanOutException,
  type FanOutOutcome,
  FullFailureException,
  PartialFailureException,
} from './fan-out-exceptions.ts'
export { type Hop, hopsOf, withHops } from './hops.ts'
export { InternalException } from './internal-exception.ts'
export { type StatusOf, statusOf, statusTable } from './status.ts'
export { toException } from './to-exception.ts'
export {
  ancestorsOf,
  ExceptionRebuilder,
  toWire,
  typeOf,
  type WireException,
} from './wire.ts'
