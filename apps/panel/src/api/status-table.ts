import { ConflictException, QuotaExceededException, type StatusOf, statusTable } from 'evenkeel'
import { NoCapacityException } from '../cloud/exceptions.ts'
import { AddressPoolExhaustedException } from '../records/addresses.ts'
import { ObjectBusyException } from '../records/busy.ts'
import { FloatingPoolExhaustedException } from '../records/floating-addresses.ts'

/**
 * Where the panel's API answers otherwise than the library would. Its clients know 400 for everything that
 * can't be done now; whose matter it is stays the exception's own, so that missing capacity counts as our failure.
 */
export const panelStatusOf: StatusOf = statusTable([
  [QuotaExceededException, 400],
  [ConflictException, 400],
  [ObjectBusyException, 400],
  [NoCapacityException, 400],
  [AddressPoolExhaustedException, 400],
  [FloatingPoolExhaustedException, 400],
])
