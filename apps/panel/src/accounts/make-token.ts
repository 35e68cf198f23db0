import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { BadClientRequestException } from 'evenkeel'
import { newCreatedAt } from '../records/created-at.ts'
import type { Records } from '../records/database.ts'
import { oldestProject } from '../records/projects.ts'
import { insertOperatorToken, insertToken } from '../records/tokens.ts'
import { hashOfToken, newToken } from './token.ts'

/** What kind of token to make. */
export type TokenOrder =
  | { readonly kind: 'panel'; readonly name: string; readonly isReadOnly: boolean }
  | { readonly kind: 'console'; readonly name: string }

/** The command was called with words that it does not know. */
export class TokenUsageException extends BadClientRequestException {
  static override readonly hasStack = true

  constructor(problem: string, options: { cause?: unknown } = {}) {
    super(`${problem} Usage: npm run token -- panel|console [--read-only] [--name NAME]`, options)
  }
}

/** Nobody has started the panel with this data yet, so there is no project that a token could stand for. */
export class NoProjectException extends BadClientRequestException {
  static override readonly hasStack = true

  constructor() {
    super('There is no project yet. Start the panel once, and then make tokens.')
  }
}

/** @throws {TokenUsageException} the words are not those of the command */
export function parseTokenOrder(words: readonly string[]): TokenOrder {
  const { values, positionals } = parse(words)
  const [kind, ...more] = positionals
  if (more.length > 0) throw new TokenUsageException(`"${more.join(' ')}" is one word too many.`)
  const name = values.name ?? 'command line'
  if (kind === 'panel') return { kind, name, isReadOnly: values['read-only'] ?? false }
  if (kind !== 'console') throw new TokenUsageException('Say what the token is for: panel or console.')
  if (values['read-only']) throw new TokenUsageException('A console token is never read-only.')
  return { kind, name }
}

/**
 * Makes a token and returns it: this is the only time that it can be shown.
 *
 * @throws {NoProjectException} the panel was never started with these records
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
    const project = await oldestProject(trx)
    if (project === undefined) throw new NoProjectException()
    return insertToken(trx, { ...row, projectId: project.id, isReadOnly: order.isReadOnly })
  })
  return token
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { 'read-only': { type: 'boolean' }, name: { type: 'string' } },
    })
  } catch (error) {
    // `parseArgs` throws a TypeError with a sentence of its own for each wrong word.
    if (!(error instanceof TypeError)) throw error
    throw new TokenUsageException(`${error.message}.`, { cause: error })
  }
}
