import { describe, expect, it } from 'vitest'
import { ConflictException, ValidationException } from '../exceptions/index.ts'
import { runInTx, Transaction } from '../filters/transaction.ts'
import { createThing, ToyRefusedException, toy } from './actions.fixture.ts'
import type { StartOptions } from './actions.ts'
import {
  EndForgottenException,
  GaveUpWaitingException,
  IdempotencyKeyReusedException,
  LockedException,
} from './exceptions.ts'
import { Secret } from './secret.ts'

const dayMs = 24 * 60 * 60 * 1000

async function opened() {
  const setup = toy()
  const actions = await setup.open()
  const create = (thing: string, options: StartOptions = { idempotencyKey: 'k1' }) =>
    actions.start(createThing, { thing }, options)
  return { ...setup, actions, create }
}

/** Runs `work` as a request of that principal. */
function as<T>(principal: string, work: () => Promise<T>): Promise<T> {
  const tx = new Transaction({ kind: 'request', operation: 'POST /things' })
  tx.principal = principal
  return runInTx(tx, work)
}

describe('a start under an idempotency key', () => {
  it('gives the same action while it runs, without waiting for its locks', async () => {
    const { clock, world, create } = await opened()

    const first = await create('a')
    const second = await create('a')

    expect(second.id).toBe(first.id)
    expect(await clock.run(second.end)).toEqual(await first.end)
    expect(world.kinds()).toEqual(['box', 'disk', 'port'])
  })

  it('gives the same action and its end when it has ended', async () => {
    const { clock, database, create } = await opened()
    const first = await create('a')
    const end = await clock.run(first.end)
    await clock.advance(1_000)

    const second = await create('a')

    expect(second.id).toBe(first.id)
    expect(await second.end).toMatchObject({
      kind: 'succeeded',
      actionId: first.id,
      output: { box: expect.any(String) },
    })
    expect(await second.end).toEqual({ ...end, atMs: expect.any(Number) })
    expect(database.read.records.ends).toEqual(['succeeded'])
  })

  it('gives a rolled-back action as what it is, with the class of its cause', async () => {
    const { clock, world, create } = await opened()
    world.order('box.create', 'refuse')
    await clock.run((await create('a')).end)
    await clock.advance(1_000)

    const again = await (await create('a')).end

    expect(again).toMatchObject({ kind: 'rolled-back', cause: expect.any(ToyRefusedException) })
  })

  it('gives one action to two who come at the same moment', async () => {
    const { clock, database, create } = await opened()

    const [one, other] = await Promise.all([create('a'), create('a')])

    expect(other.id).toBe(one.id)
    await clock.run(other.end)
    expect(database.read.records.ends).toEqual(['succeeded'])
  })

  it('gives the same action after a restart, and its end', async () => {
    const { journal, database, world, create } = await opened()
    const first = await create('a')
    world.isCut = true // the process has ended

    const next = toy()
    next.world.startFrom(world)
    const actions = await next.open({ journal, database })
    const second = await actions.start(createThing, { thing: 'a' }, { idempotencyKey: 'k1' })

    expect(second.id).toBe(first.id)
    expect(await next.clock.run(second.end)).toMatchObject({ kind: 'succeeded' })
  })

  it('refuses the key for another request, and says so', async () => {
    const { create } = await opened()
    const first = await create('a')

    const refusal = await create('b').catch((error: unknown) => error)

    expect(refusal).toBeInstanceOf(IdempotencyKeyReusedException)
    expect(refusal).toBeInstanceOf(ConflictException)
    expect(refusal).toMatchObject({
      data: { differs: 'request', action: 'thing.create', actionId: first.id },
      message: expect.stringContaining('another content'),
    })
  })

  it('refuses the key for another action, and names both', async () => {
    const other = { ...createThing, name: 'thing.copy' }
    const setup = toy([createThing, other])
    const actions = await setup.open()
    await actions.start(createThing, { thing: 'a' }, { idempotencyKey: 'k1' })

    const refused = actions.start(other, { thing: 'a' }, { idempotencyKey: 'k1' })

    await expect(refused).rejects.toMatchObject({
      data: { differs: 'action' },
      message: expect.stringMatching(/thing\.create.*thing\.copy/),
    })
  })

  it('is another one for another principal', async () => {
    const { actions } = await opened()
    const start = (thing: string) => actions.start(createThing, { thing }, { idempotencyKey: 'k1' })

    const annas = await as('anna', () => start('a'))
    const bens = await as('ben', () => start('b'))

    expect(bens.id).not.toBe(annas.id)
    expect((await as('anna', () => start('a'))).id).toBe(annas.id)
  })

  it('is the same for all principals that have the key together', async () => {
    const { actions } = await opened()
    const start = (thing: string, keyOwner: string) =>
      actions.start(createThing, { thing }, { idempotencyKey: 'k1', keyOwner })

    const annas = await as('anna', () => start('a', 'project'))

    expect((await as('ben', () => start('a', 'project'))).id).toBe(annas.id)
    expect((await as('ben', () => start('b', 'another project'))).id).not.toBe(annas.id)
  })

  it('compares what the caller says must be the same, where the request holds what is new each time', async () => {
    const { create } = await opened()

    const first = await create('a', { idempotencyKey: 'k1', sameUnderKey: { name: 'web' } })
    const second = await create('b', { idempotencyKey: 'k1', sameUnderKey: { name: 'web' } })

    expect(second.id).toBe(first.id)
  })

  it('tells secrets apart, and keeps nothing of them', async () => {
    const { database, create } = await opened()
    const under = (password: string) => ({
      idempotencyKey: 'k1',
      sameUnderKey: { password: new Secret(password) },
    })
    const first = await create('a', under('hunter2'))

    expect((await create('a', under('hunter2'))).id).toBe(first.id)
    await expect(create('a', under('hunter3'))).rejects.toThrow(IdempotencyKeyReusedException)
    expect(JSON.stringify(database.read.idempotentStarts)).not.toContain('hunter2')
  })

  it('keeps nothing of a refused admission: the key is free', async () => {
    const { clock, database, create } = await opened()
    await create('a', {})
    const refused = create('a', { idempotencyKey: 'k1', waitMs: 0 })
    refused.catch(() => {})
    await clock.advance(1)
    await expect(refused).rejects.toThrow(LockedException)

    expect(database.read.idempotentStarts).toEqual([])
    expect((await create('b')).id).toEqual(expect.any(String))
  })

  it('tries itself when the equal start before it was refused', async () => {
    const { clock, create } = await opened()
    const holder = await create('a', {})

    const first = create('a', { idempotencyKey: 'k1', waitMs: 1 })
    first.catch(() => {})
    const second = create('a', { idempotencyKey: 'k1' })
    await clock.run(holder.end)

    await expect(first).rejects.toThrow(LockedException)
    expect((await clock.run(second)).id).toEqual(expect.any(String))
  })

  it('need not be waited for by who gives up while an equal start is under way', async () => {
    const { create } = await opened()
    await create('a', {})
    const first = create('a') // waits for the lock
    const gone = new AbortController()
    const second = create('a', { idempotencyKey: 'k1', signal: gone.signal })

    gone.abort()

    await expect(second).rejects.toThrow(GaveUpWaitingException)
    first.catch(() => {})
  })

  it('is forgotten after a day', async () => {
    const { clock, database, create } = await opened()
    const first = await create('a')
    await clock.run(first.end)

    await clock.advance(dayMs - 1_000)
    expect((await create('a')).id).toBe(first.id)
    await clock.advance(1_000)
    const next = await create('a')

    expect(next.id).not.toBe(first.id)
    expect(database.read.idempotentStarts).toMatchObject([{ actionId: next.id }])
  })

  it('says so when the journal has forgotten how the action ended', async () => {
    const { clock, journal, create } = await opened()
    const first = await create('a')
    await clock.run(first.end)
    await clock.advance(1_000)
    journal.read = async () => []

    const again = await create('a')

    expect(again.id).toBe(first.id)
    await expect(again.end).rejects.toThrow(EndForgottenException)
  })

  it.each(['', 'x'.repeat(256)])('refuses a key of no use: %j', async idempotencyKey => {
    const { create } = await opened()

    await expect(create('a', { idempotencyKey })).rejects.toThrow(ValidationException)
  })
})

describe('looking for what was started under a key', () => {
  const same = { keyOwner: 'project', sameUnderKey: { name: 'web' } }
  const underKey = { idempotencyKey: 'k1', ...same }

  it('finds the action, running or ended, and nothing under a key that is free', async () => {
    const { clock, actions, create } = await opened()
    const { id, end } = await create('a', underKey)

    expect(await actions.startedUnder('k1', same)).toEqual({ id, name: 'thing.create' })
    await clock.run(end)
    expect(await actions.startedUnder('k1', same)).toEqual({ id, name: 'thing.create' })
    expect(await actions.startedUnder('k2', same)).toBeUndefined()
    expect(await actions.startedUnder('k1', { ...same, keyOwner: 'another' })).toBeUndefined()
  })

  it('refuses another request, as its start would be', async () => {
    const { actions, create } = await opened()
    const { id } = await create('a', underKey)

    const refused = actions.startedUnder('k1', { ...same, sameUnderKey: { name: 'db' } })

    await expect(refused).rejects.toThrow(IdempotencyKeyReusedException)
    await expect(refused).rejects.toMatchObject({ data: { differs: 'request', actionId: id } })
  })

  it('finds nothing after a day', async () => {
    const { clock, actions, create } = await opened()
    await clock.run((await create('a', underKey)).end)
    await clock.advance(dayMs)

    expect(await actions.startedUnder('k1', same)).toBeUndefined()
  })
})
