import { ValidDiscardingRequestException } from 'evenkeel'

/** What was asked for is so already: nothing is begun, and the answer is that of success. */
export class NothingToDoException extends ValidDiscardingRequestException<{ object: string }> {
  /** @param object as sentences begin with it: `Server 'web1'` @param as in words that complete "it is" */
  constructor(object: string, as: string) {
    super(`${object} is ${as} already.`, { data: { object } })
  }
}

/** @throws {NothingToDoException} `isSo`: the object is as it was asked to be */
export function refuseIfAlready(isSo: boolean, object: string, as: string): void {
  if (isSo) throw alreadySo(object, as)
}

/** @param as in words that complete "it is" */
export function alreadySo(object: string, as: string): NothingToDoException {
  return new NothingToDoException(object, as)
}
