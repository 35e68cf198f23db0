import { BadClientRequestException, NotFoundException, type TxId } from 'evenkeel'

/** An operator asked for a transaction that the log doesn't hold. */
export class NoSuchTransactionException extends NotFoundException {
  constructor(id: TxId) {
    super(`No transaction ${id} is in the log. It may be older than the log keeps, or still running.`, {
      data: { id },
    })
  }
}

/** An operator looked for an incident number that is neither an action's nor a transaction's. */
export class NoSuchIncidentException extends NotFoundException {
  constructor(id: TxId) {
    super(`Neither an action nor a transaction ${id} is known here. It may be older than the log keeps.`, {
      data: { id },
    })
  }
}

/** An id in the path doesn't have the form of one. */
export class NotAnIncidentNumberException extends BadClientRequestException {
  constructor(text: string) {
    super(
      `"${text.slice(0, 40)}" is not an incident number: those have 26 characters, digits and capital letters, such as 01J9ZK3Q8W5T6Y7V8X9Z0A1B2C.`,
    )
  }
}
