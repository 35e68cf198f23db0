import { CloudBusyException, CloudFailedException, CloudRefusedException } from '../exceptions.ts'

// The cloud says no by its own rules and by fault orders alike: what both say is made here.

export function refused(operation: string, reason: string): CloudRefusedException {
  return new CloudRefusedException(operation, reason)
}

export function busy(operation: string): CloudBusyException {
  return new CloudBusyException(operation)
}

export function failed(operation: string): CloudFailedException {
  return new CloudFailedException(operation)
}
