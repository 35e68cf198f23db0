import { type Places, prepared } from './prepared.ts'
import type { Db, TokensTable } from './tables.ts'

/** What a token of the API stands for. */
export interface TokenRecord {
  readonly id: string
  readonly projectId: string
  readonly name: string
  /** SHA-256 of the token, in hex digits. */
  readonly hash: string
  readonly isReadOnly: boolean
  /** Made from a setting: the next value of that setting replaces it. */
  readonly isFromEnvironment: boolean
  readonly createdAt: string
}

/** A token that opens the operators' console. */
export type OperatorTokenRecord = Omit<TokenRecord, 'projectId' | 'isReadOnly'>

export async function insertToken(db: Db, token: TokenRecord): Promise<void> {
  const { isReadOnly, isFromEnvironment, ...plain } = token
  await db
    .insertInto('tokens')
    .values({ ...plain, isReadOnly: isReadOnly ? 1 : 0, isFromEnvironment: isFromEnvironment ? 1 : 0 })
    .execute()
}

// Asked with every request.
const tokenByHash = prepared((db: Db, { hash }: Places<{ hash: string }>) =>
  db
    .selectFrom('tokens')
    .innerJoin('projects', 'projects.id', 'tokens.projectId')
    .selectAll('tokens')
    .select('projects.defaultZone')
    .where('hash', '=', hash)
    .where('projects.deletedAt', 'is', null),
)

/** The token with this hash, with the default zone of its project. A deleted project has none. */
export async function findToken(
  db: Db,
  hash: string,
): Promise<(TokenRecord & { readonly defaultZone: string }) | undefined> {
  const [row] = await tokenByHash(db, { hash })
  return row && withTruths(row)
}

/** The project's tokens, oldest first. */
export async function listTokens(db: Db, projectId: string): Promise<readonly TokenRecord[]> {
  const rows = await db
    .selectFrom('tokens')
    .selectAll()
    .where('projectId', '=', projectId)
    .orderBy('createdAt')
    .orderBy('id')
    .execute()
  return rows.map(withTruths)
}

/** Revokes a token of the project. @returns whether it has one with this id */
export async function deleteToken(db: Db, projectId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('tokens')
    .where('projectId', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}

export async function deleteTokensOf(db: Db, projectId: string): Promise<void> {
  await db.deleteFrom('tokens').where('projectId', '=', projectId).execute()
}

/** Revokes the tokens that were set from outside, but for the one with this hash. */
export async function deleteTokensFromEnvironment(db: Db, hashToKeep: string): Promise<void> {
  await db.deleteFrom('tokens').where('isFromEnvironment', '=', 1).where('hash', '!=', hashToKeep).execute()
}

export async function insertOperatorToken(db: Db, token: OperatorTokenRecord): Promise<void> {
  const { isFromEnvironment, ...plain } = token
  await db
    .insertInto('operatorTokens')
    .values({ ...plain, isFromEnvironment: isFromEnvironment ? 1 : 0 })
    .execute()
}

/** The operators' token with this hash. */
export async function findOperatorToken(db: Db, hash: string): Promise<OperatorTokenRecord | undefined> {
  const row = await db.selectFrom('operatorTokens').selectAll().where('hash', '=', hash).executeTakeFirst()
  return row && withOrigin(row)
}

export async function findOperatorTokenById(db: Db, id: string): Promise<OperatorTokenRecord | undefined> {
  const row = await db.selectFrom('operatorTokens').selectAll().where('id', '=', id).executeTakeFirst()
  return row && withOrigin(row)
}

/** All tokens of operators, oldest first. */
export async function listOperatorTokens(db: Db): Promise<readonly OperatorTokenRecord[]> {
  const rows = await db.selectFrom('operatorTokens').selectAll().orderBy('createdAt').orderBy('id').execute()
  return rows.map(withOrigin)
}

/** Revokes a token of the operators, and with it the sessions that it has opened. @returns whether there is one with this id */
export async function deleteOperatorToken(db: Db, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('operatorTokens')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}

/** Revokes the tokens of operators that were set from outside, but for the one with this hash: its sessions outlive a restart. */
export async function deleteOperatorTokensFromEnvironment(db: Db, hashToKeep: string): Promise<void> {
  await db
    .deleteFrom('operatorTokens')
    .where('isFromEnvironment', '=', 1)
    .where('hash', '!=', hashToKeep)
    .execute()
}

function withTruths<Row extends Pick<TokensTable, 'isReadOnly' | 'isFromEnvironment'>>(row: Row) {
  return { ...row, isReadOnly: row.isReadOnly === 1, isFromEnvironment: row.isFromEnvironment === 1 }
}

function withOrigin<Row extends object & Pick<TokensTable, 'isFromEnvironment'>>(row: Row) {
  return { ...row, isFromEnvironment: row.isFromEnvironment === 1 }
}
