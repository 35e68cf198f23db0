import { newTxId } from 'evenkeel'
import type { Action } from 'evenkeel/actions'
import { ObjectBusyException } from '../records/busy.ts'
import type { Records } from '../records/database.ts'
import type { Db } from '../records/tables.ts'
import type { PanelWorld } from './define.ts'

/**
 * Judges a request as its admission will, and begins nothing: for whoever has to make first what the request needs. Who is
 * busy is no verdict: the action itself waits, and judges again.
 *
 * @throws what the action's `admit` throws
 */
export async function judge<Request, Input, Output>(
  action: Action<Request, Input, Output, PanelWorld, Db>,
  request: Request,
  { records, now }: { readonly records: Records; readonly now: () => number },
): Promise<void> {
  const nowMs = now()
  try {
    await records.transaction(async db => {
      await action.definition.admit(request, db, { actionId: newTxId(nowMs), nowMs })
      throw new TakenBack()
    })
  } catch (thrown) {
    if (!(thrown instanceof TakenBack || thrown instanceof ObjectBusyException)) throw thrown
  }
}

/** The verdict is good, and nothing of it is to stay in the records. Never leaves this file. */
class TakenBack extends Error {}
