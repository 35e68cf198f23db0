import { ValidationException } from 'evenkeel'
import { ActionsStoppingException, IdempotencyKeyReusedException } from 'evenkeel/actions'
import {
  CalledOffException,
  NotDoneException,
  ObjectLockedException,
  ObjectWatchedException,
} from '../../actions/perform.ts'
import { ObjectBusyException } from '../../records/busy.ts'
import { MaintenanceException } from '../../records/maintenance.ts'
import { ProjectDeletedException } from '../../records/projects.ts'
import { RecordsUnavailableException } from '../../records/sqlite.ts'
import { ProjectSuspendedException } from '../../records/suspensions.ts'
import { ReadOnlyTokenException, TokenRequiredException, UnknownTokenException } from '../authenticate.ts'
import { MalformedFormException } from '../form-body.ts'
import { MalformedIdempotencyKeyException } from '../idempotency.ts'
import { NestedTooDeeplyException } from '../nesting.ts'
import { RateLimitExceededException } from '../rate-limit.ts'
import type { ExceptionClass, Operation } from './operation.ts'

/** Every exception class that an operation can answer with, beside what any server says by itself. */
export interface Surface {
  readonly own: readonly string[]
  /** Those that it shares with all operations like it. */
  readonly shared: readonly string[]
}

/** What an operation can answer with, besides success. */
export function surfaceOf(
  method: string,
  { throws = [], body, query, isPublic = false }: Operation,
): Surface {
  const own = names(throws)
  const shared = names([
    ...always,
    ...(isPublic ? [] : withToken),
    ...(method === 'GET' ? [] : changing),
    ...(body === undefined && query === undefined ? [] : [ValidationException]),
  ])
  return { own, shared: shared.filter(name => !own.includes(name)) }
}

const always: readonly ExceptionClass[] = [RecordsUnavailableException]

const withToken: readonly ExceptionClass[] = [
  TokenRequiredException,
  UnknownTokenException,
  RateLimitExceededException,
]

/** All that changes something asks the engine, or waits for what the engine has under way. */
const changing: readonly ExceptionClass[] = [
  ReadOnlyTokenException,
  ProjectSuspendedException,
  MaintenanceException,
  MalformedFormException,
  NestedTooDeeplyException,
  MalformedIdempotencyKeyException,
  IdempotencyKeyReusedException,
  ObjectBusyException,
  ObjectLockedException,
  ObjectWatchedException,
  ActionsStoppingException,
  ProjectDeletedException,
  CalledOffException,
  NotDoneException,
]

function names(classes: readonly ExceptionClass[]): readonly string[] {
  return [...new Set(classes.map(({ name }) => name))].sort()
}
