export * from './client-exceptions.ts'
export * from './dependency-exceptions.ts'
export * from './discard-exceptions.ts'
export { atOurEdge } from './edge.ts'
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
export { InternalException } from './internal-exception.ts'
export { type StatusOf, statusOf, statusTable } from './status.ts'
export { toException } from './to-exception.ts'
export {
  ancestorsOf,
  type ExceptionClass,
  ExceptionRebuilder,
  toWire,
  typeOf,
  type WireException,
} from './wire.ts'
