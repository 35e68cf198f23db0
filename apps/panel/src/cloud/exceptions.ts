import { BadGatewayException, type ExceptionOptions, GatewayTimeoutException } from 'evenkeel'
import { BrokenObjectException, BusyException, RefusedException } from 'evenkeel/actions'

/** The cloud did not answer in time: what it did is unknown. */
export class CloudTimeoutException extends GatewayTimeoutException<{ operation: string }> {
  constructor(operation: string, options?: ExceptionOptions) {
    super(`The cloud did not answer ${operation} in time: whether it took effect is unknown.`, {
      ...options,
      data: { operation },
    })
  }
}

/** Another operation runs on the object, or the cloud has no hands free: nothing happened. */
export class CloudBusyException extends BusyException<{ operation: string }> {
  constructor(operation: string, options?: ExceptionOptions) {
    super(`The cloud is too busy for ${operation}: nothing happened.`, { ...options, data: { operation } })
  }
}

/** The cloud said no: nothing happened, and asking again would find the same. */
export class CloudRefusedException extends RefusedException<{ operation: string; reason: string }> {
  constructor(operation: string, reason: string, options?: ExceptionOptions) {
    super(`The cloud refused ${operation}: ${reason}.`, { ...options, data: { operation, reason } })
  }
}

/** The cloud answered that it failed, without saying what it did. */
export class CloudFailedException extends BadGatewayException<{ operation: string }> {
  constructor(operation: string, options?: ExceptionOptions) {
    super(`The cloud failed at ${operation}, and does not say what it did.`, {
      ...options,
      data: { operation },
    })
  }
}

/** The cloud had accepted an object, and then knew nothing of it. */
export class CloudObjectVanishedException extends BadGatewayException<{ object: string }> {
  constructor(object: string, options?: ExceptionOptions) {
    super(`The cloud had accepted the ${object} and knows nothing of it any more.`, {
      ...options,
      data: { object },
    })
  }
}

/** No host or store has room for what was asked. */
export class NoCapacityException extends RefusedException<{ zone: string; wanted: string }> {
  constructor(zone: string, wanted: string, options?: ExceptionOptions) {
    const message = `There is no room in zone ${zone} for ${wanted} at the moment. Try another zone or flavor, or try again later.`
    super(message, { ...options, data: { zone, wanted }, publicMessage: message })
  }
}

/** @throws {NoCapacityException} there is no room in the zone for what is wanted, as a sentence would name it */
export function requireCapacity(isThereRoom: boolean, zone: string, wanted: string): asserts isThereRoom {
  if (!isThereRoom) throw new NoCapacityException(zone, wanted)
}

/** A server has found no host that it may share with those who are on it: it is there, in an error state. */
export class NoHostLeftException extends BrokenObjectException {}

/** A port with one of the addresses exists. */
export class AddressInUseException extends RefusedException<{ address: string }> {
  constructor(address: string, options?: ExceptionOptions) {
    super(`Another port has the address ${address}.`, { ...options, data: { address } })
  }
}

/** The object can't be deleted while something uses it. Passes when the user lets go of it. */
export class CloudObjectInUseException extends BusyException<{ object: string; user: string }> {
  constructor(object: string, user: string, options?: ExceptionOptions) {
    super(`${object} is in use by ${user}.`, { ...options, data: { object, user } })
  }
}

/** There is no such object at the cloud. */
export class CloudObjectNotFoundException extends RefusedException<{ object: string }> {
  constructor(object: string, options?: ExceptionOptions) {
    super(`The cloud has no ${object}.`, { ...options, data: { object } })
  }
}

/** @throws {CloudObjectNotFoundException} `object` isn't there; `name` is its kind and id */
export function requireFound<T>(object: T | undefined, name: string): T {
  if (object === undefined) throw new CloudObjectNotFoundException(name)
  return object
}

/** The object does not allow this in the state that it is in. */
export class CloudStateException extends RefusedException<{ object: string; state: string }> {
  constructor(object: string, state: string, operation: string, options?: ExceptionOptions) {
    super(`${object} is ${state}, which does not allow ${operation}.`, {
      ...options,
      data: { object, state },
    })
  }
}
