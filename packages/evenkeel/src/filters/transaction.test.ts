import { setImmediate, setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import {
  activeTx,
  currentTx,
  type OutgoingCall,
  OutsideTransactionException,
  runInTx,
  Transaction,
} from './transaction.ts'
import { newTxId, txIdTimeMs } from './tx-id.ts'

describe('currentTx', () => {
  it('is the transaction that the code runs in, across every await', async () => {
    const tx = transactionOf('GET /v1/servers')

    await runInTx(tx, async () => {
      expect(currentTx()).toBe(tx)
      await setImmediate()
      expect(currentTx()).toBe(tx)
      await Promise.all([setTimeout(1), Promise.resolve().then(() => expect(currentTx()).toBe(tx))])
      expect(currentTx()).toBe(tx)
    })
  })

  it("is each one's own, when many run at once", async () => {
    const transactions = Array.from({ length: 50 }, (_, at) => transactionOf(`operation ${at}`))

    const seen = await Promise.all(
      transactions.map(tx =>
        runInTx(tx, async () => {
          await setImmediate()
          return currentTx()
        }),
      ),
    )

    expect(seen).toEqual(transactions)
  })

  it('is the inner one within an inner one, and the outer one after it', () => {
    const [outer, inner] = [transactionOf('outer'), transactionOf('inner')]

    const seen = runInTx(outer, () => [runInTx(inner, currentTx), currentTx()])

    expect(seen).toEqual([inner, outer])
  })

  it('says what to do where there is none, while activeTx answers with undefined', () => {
    expect(() => currentTx()).toThrow(OutsideTransactionException)
    expect(() => currentTx()).toThrow(/Run this work in a request, an action or `background`/)
    expect(activeTx()).toBeUndefined()
  })
})

describe('Transaction', () => {
  it('has an id that tells when it began, unless it is given one', () => {
    const startedAtMs = Date.now() + 60_000
    const id = newTxId()

    const own = new Transaction({ kind: 'request', operation: 'x', startedAtMs })
    const given = new Transaction({ kind: 'action', operation: 'x', id, startedAtMs })

    expect(txIdTimeMs(own.id)).toBe(startedAtMs)
    expect(given.id).toBe(id)
  })

  it('has a signal that is never aborted, unless it is given one', () => {
    const signal = AbortSignal.abort('gone')

    expect(transactionOf('x').signal.aborted).toBe(false)
    expect(new Transaction({ kind: 'request', operation: 'x', signal }).signal).toBe(signal)
  })

  it('keeps the newest hundred of its calls, oldest first', () => {
    const tx = transactionOf('x')
    expect(tx.calls).toEqual([])

    for (let at = 0; at < 130; at++) tx.addCall(callTo(`call ${at}`))

    expect(tx.calls).toHaveLength(100)
    expect(tx.calls.at(0)?.operation).toBe('call 30')
    expect(tx.calls.at(-1)?.operation).toBe('call 129')
  })
})

function transactionOf(operation: string): Transaction {
  return new Transaction({ kind: 'request', operation })
}

function callTo(operation: string): OutgoingCall {
  return { operation, startedAfterMs: 0, durationMs: 1, exception: undefined, category: undefined }
}
