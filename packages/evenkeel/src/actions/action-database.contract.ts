import { describe, expect, it } from 'vitest'
import { newTxId } from '../filters/tx-id.ts'
import type { ActionDatabase, AdmittedAction, IdempotentStart } from './action-database.ts'

function admitted(given: Partial<AdmittedAction> = {}): AdmittedAction {
  const input = { name: 'web1', sizes: [1, 2], password: { $secret: 'c2VhbGVk' }, none: null }
  return {
    id: newTxId(),
    name: 'server.create',
    version: 3,
    input,
    locks: ['server:1'],
    atMs: 1_795_320_032_790,
    ...given,
  }
}

function idempotentStart(given: Partial<IdempotentStart> = {}): IdempotentStart {
  return {
    principal: '',
    key: 'k1',
    actionId: newTxId(),
    action: 'server.create',
    requestHash: 'aGFzaA',
    atMs: 1_795_320_032_790,
    ...given,
  }
}

/** What every database that actions are admitted in must do. Each call of `open` gives an empty one. */
export function actionDatabaseContract<Db>(
  name: string,
  open: () => Promise<{ database: ActionDatabase<Db>; dispose?: () => Promise<void> }>,
): void {
  describe(name, () => {
    async function withDatabase(test: (database: ActionDatabase<Db>) => Promise<void>): Promise<void> {
      const { database, dispose } = await open()
      try {
        await test(database)
      } finally {
        await dispose?.()
      }
    }

    it('keeps an admitted action as it was given', () =>
      withDatabase(async database => {
        const action = admitted()

        await database.transaction(db => database.insertAdmitted(db, action))

        expect(await database.listAdmitted(database.read)).toEqual([action])
      }))

    it('keeps nothing of a transaction that throws', () =>
      withDatabase(async database => {
        const failing = database.transaction(async db => {
          await database.insertAdmitted(db, admitted())
          throw new Error('no quota')
        })

        await expect(failing).rejects.toThrow('no quota')
        expect(await database.listAdmitted(database.read)).toEqual([])
      }))

    it('removes an action once, and says whether it was there', () =>
      withDatabase(async database => {
        const action = admitted()
        await database.transaction(db => database.insertAdmitted(db, action))

        const remove = () => database.transaction(db => database.removeAdmitted(db, action.id))

        expect(await remove()).toBe(true)
        expect(await remove()).toBe(false)
      }))

    it('lists the oldest first', () =>
      withDatabase(async database => {
        const [older, newer] = [admitted({ atMs: 1 }), admitted({ atMs: 2 })]

        await database.transaction(db => database.insertAdmitted(db, older))
        await database.transaction(db => database.insertAdmitted(db, newer))

        expect((await database.listAdmitted(database.read)).map(({ id }) => id)).toEqual([older.id, newer.id])
      }))

    it('runs transactions one at a time, in the order in which they were asked for', () =>
      withDatabase(async database => {
        const order: string[] = []
        const slow = database.transaction(async db => {
          order.push('slow begins')
          await database.listAdmitted(db)
          order.push('slow ends')
        })
        const quick = database.transaction(async () => {
          order.push('quick')
        })

        await Promise.all([slow, quick])

        expect(order).toEqual(['slow begins', 'slow ends', 'quick'])
      }))

    it('finds a start under its key, and under no other key or principal', () =>
      withDatabase(async database => {
        const start = idempotentStart({ principal: 'anna', key: 'k1' })

        await database.transaction(db => database.insertIdempotentStart(db, start, 0))

        const find = (principal: string, key: string) =>
          database.findIdempotentStart(database.read, principal, key)
        expect(await find('anna', 'k1')).toEqual(start)
        expect(await find('anna', 'k2')).toBeUndefined()
        expect(await find('', 'k1')).toBeUndefined()
      }))

    it('remembers no start of a transaction that throws', () =>
      withDatabase(async database => {
        const failing = database.transaction(async db => {
          await database.insertIdempotentStart(db, idempotentStart({ key: 'k1' }), 0)
          throw new Error('no quota')
        })

        await expect(failing).rejects.toThrow('no quota')
        expect(await database.findIdempotentStart(database.read, '', 'k1')).toBeUndefined()
      }))

    it('remembers the later of two starts under one key', () =>
      withDatabase(async database => {
        const [earlier, later] = [idempotentStart({ atMs: 1 }), idempotentStart({ atMs: 2 })]

        await database.transaction(db => database.insertIdempotentStart(db, earlier, 0))
        await database.transaction(db => database.insertIdempotentStart(db, later, 0))

        expect(await database.findIdempotentStart(database.read, later.principal, later.key)).toEqual(later)
      }))

    it('forgets old starts when a new one comes, unless their action has not ended', () =>
      withDatabase(async database => {
        const running = admitted()
        const starts = [
          idempotentStart({ key: 'ended', atMs: 1 }),
          idempotentStart({ key: 'running', actionId: running.id, atMs: 1 }),
          idempotentStart({ key: 'young', atMs: 2 }),
        ]
        await database.transaction(db => database.insertAdmitted(db, running))
        for (const start of starts)
          await database.transaction(db => database.insertIdempotentStart(db, start, 0))

        await database.transaction(db =>
          database.insertIdempotentStart(db, idempotentStart({ key: 'new' }), 2),
        )

        const found = ['ended', 'running', 'young', 'new'].map(key =>
          database.findIdempotentStart(database.read, '', key),
        )
        expect((await Promise.all(found)).map(start => start?.key)).toEqual([
          undefined,
          'running',
          'young',
          'new',
        ])
      }))

    it('remembers the journal that belongs to it', () =>
      withDatabase(async database => {
        expect(await database.journalId(database.read)).toBeUndefined()

        await database.transaction(db => database.bindJournal(db, 'journal-1'))

        expect(await database.journalId(database.read)).toBe('journal-1')
      }))
  })
}
