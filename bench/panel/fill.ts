import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { newTxId } from 'evenkeel'
import { hashOfToken, newToken } from '../../apps/panel/src/accounts/token.ts'
import { CloudDatabase } from '../../apps/panel/src/cloud/embedded/database.ts'
import { chooseAddresses } from '../../apps/panel/src/records/addresses.ts'
import { newCreatedAt } from '../../apps/panel/src/records/created-at.ts'
import { openRecords } from '../../apps/panel/src/records/database.ts'
import { insertEvent } from '../../apps/panel/src/records/events.ts'
import { insertInterface } from '../../apps/panel/src/records/interfaces.ts'
import { endProjectAction, insertProjectAction } from '../../apps/panel/src/records/project-actions.ts'
import { insertProject } from '../../apps/panel/src/records/projects.ts'
import { amountsBy, quotaColumns } from '../../apps/panel/src/records/quota-amounts.ts'
import { serverRecords } from '../../apps/panel/src/records/servers.ts'
import type { Db } from '../../apps/panel/src/records/tables.ts'
import { someServer, someVolume } from '../../apps/panel/src/records/testing.ts'
import { insertToken } from '../../apps/panel/src/records/tokens.ts'
import { volumeRecords } from '../../apps/panel/src/records/volumes.ts'
import { putIntoCloud, type ServerInCloud } from '../cloud-of-servers.ts'

/** A project that is there already, and how to get into it. */
export interface FilledProject {
  readonly token: string
  readonly serverUuids: readonly string[]
}

export interface Filling {
  readonly projects: number
  /** In each. */
  readonly servers: number
}

/**
 * Gives a data folder that no panel has opened yet some projects with running servers. Their records are as if each had
 * been created by itself, and the cloud has them.
 */
export async function fill(
  dataDir: string,
  { projects, servers }: Filling,
): Promise<readonly FilledProject[]> {
  mkdirSync(dataDir)
  const records = await openRecords({ path: join(dataDir, 'panel.db'), isDurable: false })
  const filled: FilledProject[] = []
  const inCloud: ServerInCloud[] = []
  for (let at = 1; at <= projects; at++) {
    filled.push(await records.transaction(trx => fillProject(trx, `project-${at}`, servers, inCloud)))
  }
  await records.close()
  const cloud = new CloudDatabase(dataDir)
  putIntoCloud(cloud, inCloud)
  cloud.close()
  return filled
}

async function fillProject(
  db: Db,
  id: string,
  servers: number,
  inCloud: ServerInCloud[],
): Promise<FilledProject> {
  const createdAt = newCreatedAt(Date.now())
  const quotas = quotaColumns(amountsBy(() => 1e9))
  await insertProject(db, { id, name: id, defaultZone: 'rma1', ...quotas, createdAt, deletedAt: null })
  const token = newToken()
  await insertToken(db, {
    id: randomUUID(),
    projectId: id,
    name: 'bench',
    hash: hashOfToken(token),
    isReadOnly: false,
    isFromEnvironment: false,
    createdAt,
  })
  const serverUuids: string[] = []
  for (let at = 1; at <= servers; at++) {
    const server = { name: `server-${at}`, zone: at % 2 === 0 ? 'rma1' : 'lpg1' }
    serverUuids.push(await fillServer(db, id, server, inCloud))
  }
  return { token, serverUuids }
}

async function fillServer(
  db: Db,
  projectId: string,
  { name, zone }: { readonly name: string; readonly zone: string },
  inCloud: ServerInCloud[],
): Promise<string> {
  const createdAt = newCreatedAt(Date.now())
  const cloudIds = { server: randomUUID(), port: randomUUID(), volume: randomUUID() }
  const server = someServer({
    projectId,
    name,
    hostname: name,
    zone,
    flavor: 'flex-4-1',
    tags: { role: 'web' },
    sshHostKeys: [`ecdsa-sha2-nistp256 ${'A'.repeat(140)}`, `ssh-ed25519 ${'A'.repeat(68)}`],
    sshFingerprints: [`256 SHA256:${'a'.repeat(43)}`, `256 SHA256:${'b'.repeat(43)}`],
    createdAt,
    cloudServerId: cloudIds.server,
  })
  const { uuid } = server
  const root = { serverUuid: uuid, name: `${name}-root`, isRoot: true, cloudVolumeId: cloudIds.volume }
  await serverRecords.insert(db, server)
  await volumeRecords.insert(db, someVolume({ projectId, zone, createdAt, ...root }))
  const interfaceUuid = randomUUID()
  await insertInterface(db, {
    uuid: interfaceUuid,
    serverUuid: uuid,
    position: 0,
    networkUuid: null,
    cloudPortId: cloudIds.port,
  })
  const addresses = await chooseAddresses(db, zone, [4, 6], { server: { uuid, name }, interfaceUuid })
  inCloud.push({ ...cloudIds, addresses })
  await fillHistory(db, { projectId, uuid, name, at: createdAt })
  return uuid
}

/** What the creation leaves in the project's log. */
async function fillHistory(
  db: Db,
  { projectId, uuid, name, at }: { readonly [what in 'projectId' | 'uuid' | 'name' | 'at']: string },
): Promise<void> {
  const actionId = newTxId()
  const initiator = 'bench'
  const action = 'server_create'
  const message = `Server '${name}' has been created`
  await insertProjectAction(db, {
    actionId,
    projectId,
    name: 'server.create',
    objectKind: serverRecords.kind,
    objectUuid: uuid,
    objectName: name,
    initiator,
    logAction: action,
    logMessage: message,
    startedAt: at,
  })
  await endProjectAction(db, actionId, { state: 'succeeded', reason: null, endedAt: at })
  await insertEvent(db, { projectId, object: `server:${uuid}`, action, message, initiator, at })
}
