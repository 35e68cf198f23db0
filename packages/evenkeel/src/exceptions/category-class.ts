import { BadClientRequestException } from './client-exceptions.ts'
import { DependencyException } from './dependency-exceptions.ts'
import { ValidDiscardingRequestException } from './discard-exceptions.ts'
import type { Category, Exception } from './exception.ts'
import { InternalException } from './internal-exception.ts'

/** An exception class as a client lists it. */
export type ExceptionClass = abstract new (...args: never[]) => Exception

/** The class at the root of each category. */
export const categoryClass: Record<Category, ExceptionClass & { readonly status: number }> = {
  client: BadClientRequestException,
  discard: ValidDiscardingRequestException,
  dependency: DependencyException,
  internal: InternalException,
}
