import type { TxId } from 'evenkeel'
import type { ActionsReader, ActionView } from 'evenkeel/actions'
import { NoSuchActionException } from './exceptions.ts'

/** @throws {NoSuchActionException} the journal doesn't know it */
export async function viewOrRefuse(actions: ActionsReader, id: TxId): Promise<ActionView> {
  const view = await actions.view(id)
  if (view === undefined) throw new NoSuchActionException(id)
  return view
}
