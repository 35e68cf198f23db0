import { newTxId } from 'evenkeel'
import { memoryJournal } from 'evenkeel/actions'
import { evenkeelFastifyOptions, mountEvenkeel } from 'evenkeel/fastify'
import { memoryStats } from 'evenkeel/stats'
import { memoryTxLog } from 'evenkeel/tx-log'
import Fastify, { type InjectOptions, type LightMyRequestResponse } from 'fastify'
import { hashOfToken } from '../accounts/token.ts'
import { bucketCheck } from '../actions/bucket-check.ts'
import { bucketUsageFrom } from '../actions/bucket-usage.ts'
import { earlierStarts } from '../actions/earlier-start.ts'
import { memberHealth } from '../actions/member-health.ts'
import { openPanelActions, type PanelActions } from '../actions/panel-actions.ts'
import { type Perform, performer } from '../actions/perform.ts'
import type { Target } from '../actions/target.ts'
import { type EmbeddedCloud, embeddedCloud } from '../cloud/embedded/embedded-cloud.ts'
import { emptyWorld } from '../cloud/embedded/empty-world.ts'
import { imagesBy } from '../image-settings.ts'
import { operatorRoutes } from '../operators/operator-routes.ts'
import type { Records } from '../records/database.ts'
import { insertProject, type ProjectRecord } from '../records/projects.ts'
import { someProject, temporaryRecords } from '../records/testing.ts'
import { insertToken } from '../records/tokens.ts'
import { secretBox } from '../secret-box.ts'
import { type Environment, readSettings } from '../settings.ts'
import { type ApiOptions, apiPath, buildApi } from './app.ts'
import { crossOriginHeaders } from './cors.ts'
import { checkAnswers } from './openapi/check-answers.fixture.ts'
import { presentException } from './present-exception.ts'
import { panelStatusOf } from './status-table.ts'

export interface ApiForTests {
  readonly records: Records
  /** Those of the API, as in `GET /v1/servers`; without HEAD and OPTIONS. */
  readonly routes: readonly string[]
  /** The actions that were asked for, in their order. */
  readonly calls: readonly ActionCall[]
  readonly cloud: EmbeddedCloud
  readonly actions: PanelActions
  readonly stats: ReturnType<typeof memoryStats>
  readonly log: ReturnType<typeof memoryTxLog>
  /** Sends a request with a token that may write, unless other headers are given. @throws {Error} the API's description says otherwise of the answer */
  send(method: string, url: string, body?: object, more?: InjectOptions): Promise<LightMyRequestResponse>
  /** Closes the server, and nothing behind it. */
  close(): Promise<void>
  dispose(): Promise<void>
}

export interface ActionCall {
  /** Its name. */
  readonly action: string
  readonly request: unknown
}

export interface ApiForTestsOptions {
  environment?: Environment
  project?: Partial<ProjectRecord>
  /** Takes the place of what performs actions. */
  perform?: Perform
  /** Whether the cloud answers, at once; of one that doesn't, everything stays as it is admitted. @default true */
  isCloudThere?: boolean
  capacityCheck?: NonNullable<ApiOptions['capacityCheck']>
  now?: () => number
  /** The cloud's clock, in milliseconds since 1970. @default Date.now */
  cloudNow?: () => number
  /** The world that the cloud begins with. @default an empty one */
  cloudImage?: Uint8Array
}

/** For tests: the whole API over real records and actions, on an embedded cloud that answers at once; and what operators ask, unguarded. */
export async function apiForTests({
  environment = {},
  project = {},
  perform,
  isCloudThere = true,
  capacityCheck,
  now,
  cloudNow = Date.now,
  cloudImage,
}: ApiForTestsOptions = {}): Promise<ApiForTests> {
  const { records, dispose } = await temporaryRecords(project)
  await addTokens(records)
  const settings = readSettings({ RATE_LIMIT: 'off', CHANGING_MS: '0', ...environment })
  const cloud = embeddedCloud({
    path: ':memory:',
    image: emptyWorld(),
    latencyFactor: isCloudThere ? 0 : 1,
    now: cloudNow,
    ...(cloudImage && { image: cloudImage }),
    ...imagesBy(settings),
    ...(!isCloudThere && { sleep: () => new Promise(() => {}) }),
  })
  const actions = await openPanelActions({
    world: { cloud, records },
    journal: memoryJournal(),
    secretKey: new Uint8Array(32),
    settleMs: 20,
    watchMs: 100,
  })
  const calls: ActionCall[] = []
  const app = Fastify({ ...evenkeelFastifyOptions() })
  const stats = memoryStats()
  const log = memoryTxLog()
  mountEvenkeel(app, {
    service: 'panel',
    stats,
    log,
    statusOf: panelStatusOf,
    present: presentException,
    headers: request => crossOriginHeaders(request, apiPath(settings)),
    emptyJsonBody: 'accept',
  })
  const routes: string[] = []
  app.addHook('onRoute', ({ method, url }) => {
    const isOfApi = url === apiPath(settings) || url.startsWith(`${apiPath(settings)}/`)
    if (isOfApi && method !== 'HEAD' && method !== 'OPTIONS') routes.push(`${method} ${url}`)
  })
  const requireDescribed = checkAnswers(app, settings)
  const performs = recording(perform ?? performer({ actions, records }), calls)
  await buildApi({
    settings,
    records,
    actions,
    findEarlierStart: earlierStarts(actions, records),
    healthOfMembers: memberHealth(cloud.loadBalancers),
    secrets: secretBox(new Uint8Array(32)),
    bucketCheck: bucketCheck(cloud.objectStorage),
    bucketUsage: bucketUsageFrom(cloud.objectStorage),
    perform: performs,
    ...(capacityCheck && { capacityCheck }),
    ...(now && { now }),
  })(app)
  const operators = { cloud, records, perform: performs, ...(now && { now }) }
  await app.register(async scope => operatorRoutes(scope, operators), { prefix: '/console/api' })
  return {
    records,
    routes,
    calls,
    cloud,
    actions,
    stats,
    log,
    async send(method, url, body, more = {}) {
      const answer = await app.inject({
        method: method as 'GET',
        url,
        ...(body && { payload: body }),
        ...more,
        headers: { authorization: 'Bearer writer', ...more.headers },
      })
      requireDescribed(answer)
      return answer
    },
    close: () => app.close(),
    dispose: async () => {
      await app.close()
      await actions.stop({ graceMs: 0 })
      cloud.close()
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

/** Takes the place of what performs actions: accepts everything, and does nothing. */
export const acceptsAll: Perform = async (_action, request) => ({
  actionId: newTxId(),
  objectUuid: (request as Target).uuid,
})

function recording(perform: Perform, calls: ActionCall[]): Perform {
  return (action, request, options) => {
    calls.push({ action: action.name, request })
    return perform(action, request, options)
  }
}
