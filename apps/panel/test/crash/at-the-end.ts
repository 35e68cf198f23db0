import { isDeepStrictEqual } from 'node:util'
import type { Finding as Difference } from '@evenkeel/console'
import type { ActionSummary } from 'evenkeel/actions'
import { flavorOf } from '../../src/catalogue.ts'
import type { CloudObject } from '../../src/cloud/embedded/inventory.ts'
import type { QuotaAmounts } from '../../src/records/quota-amounts.ts'
import { checkAgreement, creatorOf } from './agreement.ts'
import { checkThings } from './check-things.ts'
import { expectedServer, isVolumeExpected } from './expected.ts'
import { type Finding, finding } from './finding.ts'
import { type Ask, labelOf, labelOfVolume, type Model, type OwnedServer } from './model.ts'
import type { SeenAndWhy } from './seen.ts'
import { nameTag, thingKinds } from './things.ts'

/** Everything there is, once every action is over. */
export interface World extends SeenAndWhy {
  /** Oldest first. */
  readonly actions: readonly ActionSummary[]
  readonly objects: readonly CloudObject[]
  readonly quotaUse: QuotaAmounts
  /** Where the panel itself has ever found records and cloud to differ. */
  readonly differences: readonly Difference[]
}

/** Compares everything there is with everything that was asked: nothing may be lost, half done, or left over. */
export function checkAtTheEnd(model: Model, world: World): readonly Finding[] {
  const onObject = Map.groupBy(
    world.actions.flatMap(action => action.locks.map(lock => ({ lock, action }))),
    ({ lock }) => lock,
  )
  const actionsOn = (kind: string, uuid: string | undefined) =>
    (onObject.get(`${kind}:${uuid}`) ?? [])
      .map(({ action }) => action)
      .filter(({ name }) => name.startsWith(`${kind}.`))
  return [
    ...model.servers.flatMap(server => {
      const actions = actionsOn('server', server.uuid)
      return [
        ...checkAsks(labelOf(server), server.asks, actions),
        ...checkServer(server, actions, world),
        ...checkVolumes(server, actions, world),
        ...server.volumes.flatMap(volume =>
          checkAsks(labelOfVolume(volume, server), volume.asks, actionsOn('volume', volume.uuid)),
        ),
      ]
    }),
    ...thingKinds.flatMap(kind =>
      checkAsks(
        `some ${kind}`,
        [
          ...model.things.filter(thing => thing.kind === kind).flatMap(({ asks }) => asks),
          ...(kind === 'volume' ? model.volumes.flatMap(({ asks }) => asks) : []),
        ],
        world.actions.filter(({ name }) => name.startsWith(`${kind}.`)),
      ),
    ),
    ...checkThings(model, world),
    ...checkAgreement(world, world.objects),
    ...world.differences.map(({ what, state, actionId }) =>
      finding('the reconciler', `has found (and now ${state}): ${what}`, actionId ?? undefined),
    ),
    ...checkStrangers(model, world),
    ...checkQuota(world),
  ]
}

/** Every acknowledged request has its action, which has ended, and no action is there that nobody asked for. */
function checkAsks(
  object: string,
  asks: readonly Ask[],
  actions: readonly ActionSummary[],
): readonly Finding[] {
  const ids = new Set<string>(actions.map(({ id }) => id))
  const named = new Set(asks.map(({ actionId }) => actionId))
  const lost = asks
    .filter(
      ({ answer, actionId }) => actionId === undefined && (answer === 'acknowledged' || answer === 'lost'),
    )
    .map(({ action }) => action)
  const unnamed = actions.filter(({ id }) => !named.has(id))
  return [
    ...asks
      .filter(({ actionId }) => actionId !== undefined && !ids.has(actionId))
      .map(({ action, actionId }) =>
        finding(object, `was promised ${action} ${actionId}, which the journal does not have`),
      ),
    ...unnamed.flatMap(({ id, name }) => {
      const at = lost.indexOf(name)
      if (at === -1) return [finding(object, `has an action that nobody asked for: ${name} ${id}`, id)]
      lost.splice(at, 1)
      return []
    }),
  ]
}

function checkServer(
  server: OwnedServer,
  actions: readonly ActionSummary[],
  { servers }: World,
): readonly Finding[] {
  const expected = expectedServer(server, actions)
  const shown = servers.find(({ uuid }) => uuid === server.uuid)
  const wrong = (what: string) => [finding(labelOf(server), what, actions.at(-1)?.id)]
  if (expected === undefined) return shown === undefined ? [] : wrong('is there, and must be gone')
  if (shown === undefined) return wrong('is gone, and must be there')
  const isRight = shown.status === expected.status && expected.flavors.includes(shown.flavor.slug)
  if (isRight) return []
  const flavors = expected.flavors.join(' or ')
  return wrong(`is ${shown.status} with ${shown.flavor.slug}, and must be ${expected.status} with ${flavors}`)
}

function checkVolumes(
  server: OwnedServer,
  actions: readonly ActionSummary[],
  { volumes }: World,
): readonly Finding[] {
  return server.volumes.flatMap(volume => {
    const isExpected = isVolumeExpected(volume, server, actions)
    const isShown = volumes.some(({ uuid }) => uuid === volume.uuid)
    if (isExpected === isShown) return []
    const what = isShown ? 'is there, and must be gone' : 'is gone, and must be there'
    return [finding(labelOfVolume(volume, server), what, actions.at(-1)?.id)]
  })
}

/** What belongs to nothing that anybody ordered. */
function checkStrangers(model: Model, { actions, objects, servers, volumes }: World): readonly Finding[] {
  const serverIds = new Set(model.servers.map(({ uuid }) => uuid))
  const volumeIds = new Set(model.volumes.map(({ uuid }) => uuid))
  const isOfThings = ({ name }: ActionSummary) => thingKinds.some(kind => name.startsWith(`${kind}.`))
  const isOfModel = (action: ActionSummary) =>
    isOfThings(action) || action.locks.some(lock => serverIds.has(lock.replace(/^server:/, '')))
  const strangers = actions.filter(action => !isOfModel(action))
  // An order whose answer was lost may have been rolled back before anybody could look.
  const lostOrders = model.servers.filter(({ uuid, asks: [creation] }) => {
    return uuid === undefined && creation.answer === 'refused'
  })
  const isExplained = ({ name, state }: ActionSummary) => name === 'server.create' && state === 'rolled-back'
  const creators = new Set<string | undefined>(actions.filter(isOfModel).map(({ id }) => id))
  return [
    ...strangers
      .filter(action => !isExplained(action))
      .map(({ id, name, locks }) =>
        finding(locks.join(' and '), `has ${name} ${id}, which nobody asked for`, id),
      ),
    ...(strangers.filter(isExplained).length > lostOrders.length
      ? [finding('the project', 'has more creations than were ordered')]
      : []),
    ...objects
      .filter(({ key }) => !creators.has(creatorOf(key)))
      .map(({ kind, id, key }) =>
        finding(`${kind} ${id}`, `is an orphan in the cloud, of ${key}`, creatorOf(key)),
      ),
    ...servers
      .filter(({ uuid }) => !serverIds.has(uuid))
      .map(({ name, uuid }) => finding(`server ${name} ${uuid}`, 'is there, and nobody has ordered it')),
    ...volumes
      .filter(({ uuid, tags }) => !volumeIds.has(uuid) && tags[nameTag] === undefined)
      .map(({ uuid }) => finding(`volume ${uuid}`, 'is there, and nobody has ordered it')),
  ]
}

function checkQuota({ quotaUse, ...seen }: World): readonly Finding[] {
  const { servers, volumes } = seen
  const flavors = servers.map(({ flavor }) => flavorOf(flavor.slug))
  const expected: QuotaAmounts = {
    servers: servers.length,
    vcpus: sum(flavors.map(({ vcpuCount }) => vcpuCount)),
    memoryGb: sum(flavors.map(({ memoryGb }) => memoryGb)),
    volumeGb: sum(volumes.map(({ size_gb }) => size_gb)),
    networks: seen.networks.length,
    floatingIps: seen.floatingIps.length,
    volumeSnapshots: seen.snapshots.length,
    serverGroups: seen.serverGroups.length,
    loadBalancers: seen.loadBalancers.length,
    customImages: seen.images.length,
    objectsUsers: seen.objectsUsers.length,
    routers: seen.routers.length,
  }
  if (isDeepStrictEqual({ ...quotaUse }, expected)) return []
  const what = `is used ${JSON.stringify(quotaUse)}, and what is there amounts to ${JSON.stringify(expected)}`
  return [finding("the project's quota", what)]
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0)
}
