import { randomUUID } from 'node:crypto'
import { newCreatedAt } from '../records/created-at.ts'
import type { Records } from '../records/database.ts'
import { insertProject, oldestProject } from '../records/projects.ts'
import { defaultQuotas, quotaColumns } from '../records/quota-amounts.ts'
import type { Db } from '../records/tables.ts'
import {
  deleteOperatorTokensFromEnvironment,
  deleteTokensFromEnvironment,
  findOperatorToken,
  findToken,
  insertOperatorToken,
  insertToken,
} from '../records/tokens.ts'
import { StartRefusedException } from '../start-refused.ts'
import { hashOfToken, newToken } from './token.ts'

export interface AccountsOptions {
  /** A token of the demo project that was set from outside. */
  panelToken: string | undefined
  /** A token of the operators that was set from outside. */
  consoleToken: string | undefined
}

/** Tokens that were generated just now: this is the only time that they can be shown. */
export interface GeneratedTokens {
  readonly panelToken: string | undefined
  readonly consoleToken: string | undefined
}

/** A token was set for the project of the first start, which an operator has deleted since. */
export class DemoProjectDeletedException extends StartRefusedException {
  constructor(name: string) {
    super(
      `PANEL_TOKEN is a token of the project '${name}', which was deleted. Leave it out: tokens of other projects are made with npm run token -- panel --project ID.`,
    )
  }
}

/**
 * Makes sure that there is somebody who can use the panel: at the first start a demo project, with a token
 * for it and one for the console, generated unless they were set. At a later start a token that is set
 * replaces the one that was set before; the others stay.
 *
 * @throws {DemoProjectDeletedException} a token is set for it, and it is gone
 */
export async function prepareAccounts(records: Records, given: AccountsOptions): Promise<GeneratedTokens> {
  return records.transaction(async trx => {
    const project = await oldestProject(trx)
    if (project !== undefined) {
      if (given.panelToken !== undefined && project.deletedAt !== null)
        throw new DemoProjectDeletedException(project.name)
      await acceptGiven(trx, project.id, given)
      return { panelToken: undefined, consoleToken: undefined }
    }
    await insertProject(trx, { ...demoProject, createdAt: newCreatedAt() })
    await acceptGiven(trx, demoProject.id, given)
    const generated = {
      panelToken: given.panelToken === undefined ? newToken() : undefined,
      consoleToken: given.consoleToken === undefined ? newToken() : undefined,
    }
    if (generated.panelToken !== undefined) {
      await insertToken(trx, {
        ...tokenRow('first start', generated.panelToken),
        projectId: demoProject.id,
        isReadOnly: false,
      })
    }
    if (generated.consoleToken !== undefined) {
      await insertOperatorToken(trx, tokenRow('first start', generated.consoleToken))
    }
    return generated
  })
}

const demoProject = {
  id: 'demo',
  name: 'Demo',
  defaultZone: 'rma1',
  ...quotaColumns(defaultQuotas),
  deletedAt: null,
}

async function acceptGiven(
  trx: Db,
  projectId: string,
  { panelToken, consoleToken }: AccountsOptions,
): Promise<void> {
  if (panelToken !== undefined) {
    const hash = hashOfToken(panelToken)
    await deleteTokensFromEnvironment(trx, hash)
    // Somebody may set a token that was generated before: it is valid already, and keeps what it may do.
    if ((await findToken(trx, hash)) === undefined) {
      const row = { ...tokenRow('PANEL_TOKEN', panelToken), isFromEnvironment: true }
      await insertToken(trx, { ...row, projectId, isReadOnly: false })
    }
  }
  if (consoleToken !== undefined) {
    const hash = hashOfToken(consoleToken)
    await deleteOperatorTokensFromEnvironment(trx, hash)
    if ((await findOperatorToken(trx, hash)) === undefined) {
      await insertOperatorToken(trx, { ...tokenRow('CONSOLE_TOKEN', consoleToken), isFromEnvironment: true })
    }
  }
}

function tokenRow(name: string, token: string) {
  return {
    id: randomUUID(),
    name,
    hash: hashOfToken(token),
    isFromEnvironment: false,
    createdAt: newCreatedAt(),
  }
}
