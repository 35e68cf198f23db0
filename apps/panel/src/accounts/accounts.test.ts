import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openRecords, type Records } from '../records/database.ts'
import { insertProject, updateProject } from '../records/projects.ts'
import { someProject } from '../records/testing.ts'
import { findOperatorToken, findToken } from '../records/tokens.ts'
import { DemoProjectDeletedException, prepareAccounts } from './first-start.ts'
import {
  makeToken,
  NoProjectException,
  NoSuchProjectException,
  parseTokenOrder,
  TokenUsageException,
} from './make-token.ts'
import { operatorsIn } from './operators.ts'
import { hashOfToken, newToken } from './token.ts'

let folder: string
let records: Records
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-accounts-'))
  records = await openRecords({ path: join(folder, 'panel.db') })
})
afterEach(async () => {
  await records.close()
  await rm(folder, { recursive: true })
})

const nothing = { panelToken: undefined, consoleToken: undefined }
const panelToken = (token: string) => findToken(records.read, hashOfToken(token))
const opensConsole = async (token: string) =>
  (await findOperatorToken(records.read, hashOfToken(token))) !== undefined

describe('the first start', () => {
  it('generates a token for the demo project and one for the console, once', async () => {
    const first = await prepareAccounts(records, nothing)
    const second = await prepareAccounts(records, nothing)

    expect(await panelToken(first.panelToken ?? '')).toMatchObject({ projectId: 'demo', isReadOnly: false })
    expect(await opensConsole(first.consoleToken ?? '')).toBe(true)
    expect(second).toEqual(nothing)
  })

  it('takes tokens that are set, and generates none beside them', async () => {
    const generated = await prepareAccounts(records, { panelToken: 'mine', consoleToken: 'ours' })

    expect(generated).toEqual(nothing)
    expect(await panelToken('mine')).toMatchObject({ projectId: 'demo', defaultZone: 'rma1' })
    expect(await opensConsole('ours')).toBe(true)
  })

  it("opens neither with the other's token", async () => {
    await prepareAccounts(records, { panelToken: 'mine', consoleToken: 'ours' })

    expect(await panelToken('ours')).toBeUndefined()
    expect(await opensConsole('mine')).toBe(false)
  })
})

describe('a later start', () => {
  it('lets a token that is set replace the one that was set before, and leaves the generated ones', async () => {
    const generated = await prepareAccounts(records, nothing)
    await prepareAccounts(records, { panelToken: 'old', consoleToken: 'old' })
    await prepareAccounts(records, { panelToken: 'new', consoleToken: 'new' })

    expect(await panelToken('old')).toBeUndefined()
    expect(await opensConsole('old')).toBe(false)
    expect(await panelToken('new')).toBeDefined()
    expect(await opensConsole('new')).toBe(true)
    expect(await panelToken(generated.panelToken ?? '')).toBeDefined()
    expect(await opensConsole(generated.consoleToken ?? '')).toBe(true)
  })

  it('leaves a token that is set again what it was: sessions that it has opened go on', async () => {
    const idOf = async () => (await operatorsIn(records).withToken('ours'))?.id
    await prepareAccounts(records, { panelToken: 'mine', consoleToken: 'ours' })
    const before = await idOf()
    await prepareAccounts(records, { panelToken: 'mine', consoleToken: 'ours' })

    expect(before).toBeDefined()
    expect(await idOf()).toBe(before)
  })

  it('keeps the tokens that were set before when nothing is set any more', async () => {
    await prepareAccounts(records, { panelToken: 'mine', consoleToken: 'ours' })
    await prepareAccounts(records, nothing)

    expect(await panelToken('mine')).toBeDefined()
    expect(await opensConsole('ours')).toBe(true)
  })

  it('makes no project again that was deleted, and gives a token that is set to no other', async () => {
    await prepareAccounts(records, nothing)
    await records.transaction(trx => updateProject(trx, 'demo', { deletedAt: 'now' }))

    expect(await prepareAccounts(records, nothing)).toEqual(nothing)
    const start = prepareAccounts(records, { panelToken: 'mine', consoleToken: undefined })
    await expect(start).rejects.toThrow(DemoProjectDeletedException)
  })

  it('may be given a token that was generated', async () => {
    const generated = await prepareAccounts(records, nothing)
    await prepareAccounts(records, generated)

    expect(await panelToken(generated.panelToken ?? '')).toMatchObject({ isFromEnvironment: false })
  })
})

describe('the command that makes tokens', () => {
  it('makes one that may write, or one that may only read', async () => {
    await prepareAccounts(records, nothing)
    const writing = await makeToken(records, parseTokenOrder(['panel', '--name', 'ci']))
    const reading = await makeToken(records, parseTokenOrder(['panel', '--read-only']))

    expect(await panelToken(writing)).toMatchObject({ name: 'ci', isReadOnly: false })
    expect(await panelToken(reading)).toMatchObject({ isReadOnly: true })
  })

  it('makes one for any project', async () => {
    await records.transaction(trx => insertProject(trx, { ...someProject, id: 'shop' }))
    const token = await makeToken(records, parseTokenOrder(['panel', '--project', 'shop']))

    expect(await panelToken(token)).toMatchObject({ projectId: 'shop' })
    await expect(makeToken(records, parseTokenOrder(['panel', '--project', 'shot']))).rejects.toThrow(
      NoSuchProjectException,
    )
  })

  it('makes one for the console', async () => {
    const token = await makeToken(records, parseTokenOrder(['console']))

    expect(await opensConsole(token)).toBe(true)
  })

  it('needs a project that the token can stand for', async () => {
    await expect(makeToken(records, parseTokenOrder(['panel']))).rejects.toThrow(NoProjectException)
  })

  it.each([
    [[]],
    [['pannel']],
    [['panel', 'console']],
    [['panel', '--readonly']],
    [['console', '--read-only']],
    [['console', '--project', 'demo']],
  ])('refuses %j with how it is used', words => {
    expect(() => parseTokenOrder(words)).toThrow(TokenUsageException)
    expect(() => parseTokenOrder(words)).toThrow('Usage: npm run token -- panel|console')
  })
})

describe('a token', () => {
  it('has only letters that every client takes, and is never the same twice', () => {
    const tokens = Array.from({ length: 50 }, () => newToken())

    expect(new Set(tokens).size).toBe(50)
    for (const token of tokens) expect(token).toMatch(/^[a-zA-Z0-9._-]{43}$/)
  })
})
