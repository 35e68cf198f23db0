import { parseTxId, type TxId } from 'evenkeel'
import { NotAnIncidentNumberException } from './exceptions.ts'

/** A route whose path ends with the id of a record. */
export interface ById {
  Params: { id: string }
}

/** @throws {NotAnIncidentNumberException} it hasn't the form of one */
export function idOf(text: string): TxId {
  const id = parseTxId(text)
  if (id === undefined) throw new NotAnIncidentNumberException(text)
  return id
}
