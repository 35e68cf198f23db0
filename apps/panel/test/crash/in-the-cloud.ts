import { isDeepStrictEqual } from 'node:util'
import type { ActionSummary } from 'evenkeel/actions'
import { flavorOf } from '../../src/catalogue.ts'
import type { CloudObject } from '../../src/cloud/embedded/inventory.ts'
import { type Finding, finding } from './finding.ts'
import { labelOf, type OwnedServer } from './model.ts'
import type { Seen, SeenServer } from './seen.ts'

/** In the cloud is what the owner sees, in the state that the owner sees it in, and nothing else. */
export function checkInCloud(
  server: OwnedServer,
  actions: readonly ActionSummary[],
  { objects, servers, volumes }: Seen & { readonly objects: readonly CloudObject[] },
): readonly Finding[] {
  const creation = actions.find(({ name }) => name === 'server.create')
  const own = objects.filter(({ key }) => creatorOf(key) === creation?.id)
  const shown = servers.find(({ uuid }) => uuid === server.uuid)
  const listed = new Set(volumes.map(({ uuid }) => uuid))
  const expected = [
    ...(shown === undefined ? [] : ['server', 'port', ...addressesOf(shown).map(() => 'pointer')]),
    ...server.volumes.filter(({ uuid }) => listed.has(uuid)).map(({ sizeGb }) => `volume of ${sizeGb} GB`),
  ].sort()
  const found = own
    .map(object => (object.kind === 'volume' ? `volume of ${object.sizeGb} GB` : object.kind))
    .sort()
  const wrong = (what: string) => finding(labelOf(server), what, creation?.id)
  return [
    ...(isDeepStrictEqual(found, expected)
      ? []
      : [wrong(`has ${listOf(found)} in the cloud, and must have ${listOf(expected)}`)]),
    ...own
      .filter(({ state }) => state !== 'ready')
      .map(({ kind, id, state }) => wrong(`has ${kind} ${id} ${state}`)),
    ...(shown === undefined ? [] : checkCloudServer(own, shown).map(wrong)),
  ]
}

/** The action that made an object, by the object's key. */
export function creatorOf(key: string): string | undefined {
  return key.split('/', 1)[0]
}

function checkCloudServer(own: readonly CloudObject[], shown: SeenServer): readonly string[] {
  const [inCloud] = own.filter(object => object.kind === 'server')
  if (inCloud === undefined) return [] // said already
  const { vcpuCount, memoryGb } = flavorOf(shown.flavor.slug)
  const isRightSize = inCloud.vcpuCount === vcpuCount && inCloud.memoryGb === memoryGb
  const parts = own.filter(object => object.kind === 'port' || object.kind === 'volume')
  return [
    ...(inCloud.power === shown.status ? [] : [`is ${shown.status}, and ${inCloud.power} in the cloud`]),
    ...(isRightSize
      ? []
      : [
          `is of flavor ${shown.flavor.slug}, and has ${inCloud.vcpuCount} vCPUs and ${inCloud.memoryGb} GB in the cloud`,
        ]),
    ...parts
      .filter(({ serverId }) => serverId !== inCloud.id)
      .map(({ kind, id }) => `has ${kind} ${id}, which is not attached to it in the cloud`),
  ]
}

function addressesOf({ interfaces }: SeenServer) {
  return interfaces.flatMap(({ addresses }) => addresses)
}

function listOf(kinds: readonly string[]): string {
  return kinds.length === 0 ? 'nothing' : kinds.join(', ')
}
