import { BusyException, RefusedException } from '../../actions/exceptions.ts'
import { GatewayTimeoutException, ServiceUnavailableException } from '../../exceptions/index.ts'

/** What a system says no with, in a proof. */
export class ProofRefusedException extends RefusedException {
  constructor(point: string) {
    super(`The proof has ${point} refused.`)
  }
}

/** What a busy system says, in a proof. */
export class ProofBusyException extends BusyException {
  constructor(point: string) {
    super(`The proof keeps what ${point} needs busy.`)
  }
}

/** An answer that got lost, in a proof. */
export class ProofAnswerLostException extends GatewayTimeoutException {
  constructor(point: string) {
    super(`The proof has lost the answer to ${point}.`)
  }
}

/** A system, or the database, that nobody reaches, in a proof. */
export class ProofUnavailableException extends ServiceUnavailableException {
  constructor(point: string) {
    super(`The proof has made what ${point} asks unavailable.`)
  }
}

export const proofExceptions = [
  ProofRefusedException,
  ProofBusyException,
  ProofAnswerLostException,
  ProofUnavailableException,
]
