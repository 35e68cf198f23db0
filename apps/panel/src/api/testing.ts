import { newTxId } from 'evenkeel'
import { evenkeelFastifyOptions, mountEvenkeel } from 'evenkeel/fastify'
import { memoryStats } from 'evenkeel/stats'
import { memoryTxLog } from 'evenkeel/tx-log'
import Fastify, { type InjectOptions, type LightMyRequestResponse } from 'fastify'
import { hashOfToken } from '../accounts/token.ts'
import { chooseAddresses } from '../records/addresses.ts'
import type { Records } from '../records/database.ts'
import { insertProject, type ProjectRecord } from '../records/projects.ts'
import { insertServer } from '../records/servers.ts'
import { someProject, someServer, someVolume, temporaryRecords } from '../records/testing.ts'
import { insertToken } from '../records/tokens.ts'
import { insertVolumes } from '../records/volumes.ts'
import { type Environment, readSettings } from '../settings.ts'
import { type ApiOptions, apiPath, buildApi } from './app.ts'
import { crossOriginHeaders } from './cors.ts'
import { presentException } from './present-exception.ts'
import type { CreateServerRequest, ServerOperations, StartedAction } from './server-operations.ts'
import { panelStatusOf } from './status-table.ts'

export interface ApiForTests {
  readonly records: Records
  /** The calls that reached the operations, in their order. */
  readonly calls: readonly OperationCall[]
  readonly stats: ReturnType<typeof memoryStats>
  readonly log: ReturnType<typeof memoryTxLog>
  /** Sends a request with a token that may write, unless other headers are given. */
  send(method: string, url: string, body?: object, more?: InjectOptions): Promise<LightMyRequestResponse>
  dispose(): Promise<void>
}

export interface OperationCall {
  readonly operation: keyof ServerOperations
  readonly request: unknown
}

export interface ApiForTestsOptions {
  environment?: Environment
  project?: Partial<ProjectRecord>
  /** Takes the place of single operations. */
  operations?: Partial<ServerOperations>
  capacityCheck?: NonNullable<ApiOptions['capacityCheck']>
  now?: () => number
}

/** For tests: the whole API over real records; only what takes many steps is left to a fake that writes the promised records. */
export async function apiForTests({
  environment = {},
  project = {},
  operations = {},
  capacityCheck,
  now,
}: ApiForTestsOptions = {}): Promise<ApiForTests> {
  const { records, dispose } = await temporaryRecords(project)
  await addTokens(records)
  const calls: OperationCall[] = []
  const app = Fastify({ ...evenkeelFastifyOptions() })
  const stats = memoryStats()
  const log = memoryTxLog()
  const settings = readSettings(environment)
  mountEvenkeel(app, {
    service: 'panel',
    stats,
    log,
    statusOf: panelStatusOf,
    present: presentException,
    headers: request => crossOriginHeaders(request, apiPath(settings)),
    emptyJsonBody: 'accept',
  })
  await buildApi({
    settings,
    records,
    operations: { ...recordingOperations(records, calls), ...operations },
    ...(capacityCheck && { capacityCheck }),
    ...(now && { now }),
  })(app)
  return {
    records,
    calls,
    stats,
    log,
    send: (method, url, body, more = {}) =>
      app.inject({
        method: method as 'GET',
        url,
        ...(body && { payload: body }),
        ...more,
        headers: { authorization: 'Bearer writer', ...more.headers },
      }),
    dispose: async () => {
      await app.close()
      await dispose()
    },
  }
}

/** `writer` and `reader` stand for the project; `stranger` for another one. */
async function addTokens(records: Records): Promise<void> {
  await records.transaction(async trx => {
    await insertProject(trx, { ...someProject, id: 'other' })
    const row = { isFromEnvironment: false, createdAt: 'now' }
    for (const [name, projectId, isReadOnly] of [
      ['writer', someProject.id, false],
      ['reader', someProject.id, true],
      ['stranger', 'other', false],
    ] as const) {
      await insertToken(trx, { ...row, id: name, name, projectId, isReadOnly, hash: hashOfToken(name) })
    }
  })
}

function recordingOperations(records: Records, calls: OperationCall[]): ServerOperations {
  const started = async (operation: keyof ServerOperations, request: unknown): Promise<StartedAction> => {
    calls.push({ operation, request })
    return { actionId: newTxId() }
  }
  return {
    create: async request => {
      await writePromise(records, request)
      return started('create', request)
    },
    start: request => started('start', request),
    stop: request => started('stop', request),
    reboot: request => started('reboot', request),
    resize: request => started('resize', request),
    delete: request => started('delete', request),
    deleteVolume: request => started('deleteVolume', request),
  }
}

async function writePromise(records: Records, request: CreateServerRequest): Promise<void> {
  const { uuid, name, zone, flavor, image, tags, createdAt } = request
  await records.transaction(async trx => {
    const change = { what: 'being created', actionId: 'action', since: createdAt }
    const server = { uuid, name, zone, flavor, image, tags, createdAt, change, status: 'changing' } as const
    await insertServer(trx, someServer(server))
    const volumes = [request.rootVolume, ...request.volumes]
    await insertVolumes(
      trx,
      volumes.map((volume, position) =>
        someVolume({
          ...volume,
          serverUuid: uuid,
          zone,
          position,
          isRoot: position === 0,
          status: 'changing',
        }),
      ),
    )
    await chooseAddresses(trx, zone, request.useIpv6 ? [4, 6] : [4], request)
  })
}
