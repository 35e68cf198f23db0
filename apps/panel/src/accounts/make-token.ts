import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { BadClientRequestException } from 'evenkeel'
import { newCreatedAt } from '../records/created-at.ts'
import type { Records } from '../records/database.ts'
import { findProject, oldestProject } from '../records/projects.ts'
import { insertOperatorToken, insertToken } from '../records/tokens.ts'
import { hashOfToken, newToken } from './token.ts'

/** What kind of token to make. */
export type TokenOrder =
  | {
      readonly kind: 'panel'
      readonly name: string
      readonly isReadOnly: boolean
      /** The project's id; undefined for the one of the first start. */
      readonly project: string | undefined
    }
  | { readonly kind: 'console'; readonly name: string }

/** The command was called with words that it does not know. */
export class TokenUsageException extends BadClientRequestException {
  static override readonly hasStack = true

  constructor(problem: string, options: { cause?: unknown } = {}) {
    super(
      `${problem} Usage: npm run token -- panel|console [--read-only] [--name NAME] [--project ID]`,
      options,
    )
  }
}

/** Nobody has started the panel with this data yet, so there is no project that a token could stand for. */
export class NoProjectException extends BadClientRequestException {
  static override readonly hasStack = true

  constructor() {
    super('There is no project yet. Start the panel once, and then make tokens.')
  }
}

/** The token is wanted for a project that isn't there. */
export class NoSuchProjectException extends BadClientRequestException<{ id: string }> {
  static override readonly hasStack = true

  constructor(id: string) {
    super(`There is no project '${id}'. GET /console/api/projects lists those that there are.`, {
      data: { id },
    })
  }
}

/** @throws {TokenUsageException} the words are not those of the command */
export function parseTokenOrder(words: readonly string[]): TokenOrder {
  const { values, positionals } = parse(words)
  const [kind, ...more] = positionals
  if (more.length > 0) throw new TokenUsageException(`"${more.join(' ')}" is one word too many.`)
  const name = values.name ?? 'command line'
  if (kind === 'panel') {
    return { kind, name, isReadOnly: values['read-only'] ?? false, project: values.project }
  }
  if (kind !== 'console') throw new TokenUsageException('Say what the token is for: panel or console.')
  if (values.project !== undefined)
    throw new TokenUsageException('A console token is for all projects: leave --project out.')
  if (values['read-only']) throw new TokenUsageException('A console token is never read-only.')
  return { kind, name }
}

/**
 * Makes a token and returns it: this is the only time that it can be shown.
 *
 * @throws {NoProjectException} the panel was never started with these records
 * @throws {NoSuchProjectException} the project isn't there
 */
export async function makeToken(records: Records, order: TokenOrder): Promise<string> {
  const token = newToken()
  const row = {
    id: randomUUID(),
    name: order.name,
    hash: hashOfToken(token),
    isFromEnvironment: false,
    createdAt: newCreatedAt(),
  }
  await records.transaction(async trx => {
    if (order.kind === 'console') return insertOperatorToken(trx, row)
    const { isReadOnly, project: wanted } = order
    const id = wanted ?? (await oldestProject(trx))?.id
    if (id === undefined) throw new NoProjectException()
    if ((await findProject(trx, id)) === undefined) throw new NoSuchProjectException(id)
    return insertToken(trx, { ...row, projectId: id, isReadOnly })
  })
  return token
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { 'read-only': { type: 'boolean' }, name: { type: 'string' }, project: { type: 'string' } },
    })
  } catch (error) {
    // `parseArgs` throws a TypeError with a sentence of its own for each wrong word.
    if (!(error instanceof TypeError)) throw error
    throw new TokenUsageException(`${error.message}.`, { cause: error })
  }
}
