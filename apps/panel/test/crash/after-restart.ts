import { checkThings } from './check-things.ts'
import { type Finding, finding } from './finding.ts'
import {
  adopt,
  decide,
  deletionOf,
  isPresent,
  labelOf,
  labelOfVolume,
  type Model,
  type OwnedServer,
} from './model.ts'
import { isTellingWhy, type Seen, type SeenAndWhy, type SeenServer } from './seen.ts'

/**
 * Compares what an owner sees with what was acknowledged, and decides what was left open: a lost answer to a
 * creation or a deletion may mean either, but from now on only what is seen.
 */
export function checkAfterRestart(model: Model, seen: SeenAndWhy): readonly Finding[] {
  const byName = new Map(seen.servers.map(server => [server.name, server]))
  const ordered = new Set(model.servers.map(({ name }) => name))
  return [
    ...model.servers.flatMap(server => checkServer(server, byName.get(server.name), seen.reasons)),
    ...model.servers.flatMap(server => checkVolumes(server, seen)),
    ...checkThings(model, seen),
    ...seen.servers
      .filter(({ name }) => !ordered.has(name))
      .map(({ name, uuid }) => finding(`server ${name} ${uuid}`, 'is there, and nobody has ordered it')),
  ]
}

function checkServer(
  server: OwnedServer,
  shown: SeenServer | undefined,
  reasons: SeenAndWhy['reasons'],
): readonly Finding[] {
  const [creation] = server.asks
  decide(creation, shown !== undefined)
  for (const asked of server.asks) {
    if (asked.action === 'server.delete') decide(asked, shown === undefined)
  }
  if (shown !== undefined) return checkShown(server, shown)
  if (!isPresent(server)) return []
  const reason = reasons.get(server.uuid ?? '')
  if (reason !== undefined && isTellingWhy(reason) && !server.hasRun) {
    server.isRolledBack = true
    return []
  }
  const what = `was acknowledged, and is gone: ${reason ?? 'it is not in the list'}`
  return [finding(labelOf(server), what, creation.actionId)]
}

function checkShown(server: OwnedServer, shown: SeenServer): readonly Finding[] {
  const [creation] = server.asks
  if (!isPresent(server)) {
    const why = server.isRolledBack ? 'its creation was rolled back' : endOf(server)
    return [finding(labelOf(server), `is back, after ${why}`, creation.actionId)]
  }
  if (server.uuid === undefined) adopt(server, shown)
  if (shown.status !== 'changing') server.hasRun = true
  const { mark = 'none' } = shown.tags
  const isMarkRight = server.marks.includes(mark)
  const expected = server.marks.join(' or ')
  server.marks = [mark]
  return [
    ...(isMarkRight ? [] : [finding(labelOf(server), `has the tag ${mark}, and must have ${expected}`)]),
    ...(shown.uuid === server.uuid
      ? []
      : [finding(labelOf(server), `is another one now: ${shown.uuid}`, creation.actionId)]),
  ]
}

function endOf(server: OwnedServer): string {
  return server.asks[0].answer === 'acknowledged'
    ? 'its deletion was acknowledged'
    : 'nobody could find it any more'
}

function checkVolumes(server: OwnedServer, { volumes }: Seen): readonly Finding[] {
  const listed = new Set(volumes.map(({ uuid }) => uuid))
  const isServerDeleted = deletionOf(server) === 'acknowledged'
  return server.volumes.flatMap(volume => {
    const isListed = listed.has(volume.uuid)
    for (const asked of volume.asks) decide(asked, !isListed)
    const isDeleted =
      volume.isSeenGone || deletionOf(volume) === 'acknowledged' || (volume.isRoot && isServerDeleted)
    if (isListed && isDeleted) return [finding(labelOfVolume(volume, server), 'is back, after its end')]
    // Before its server has run, its creation may be rolled back or called off: the end of the run tells.
    if (isListed || isDeleted || !server.hasRun) return []
    return [finding(labelOfVolume(volume, server), 'was acknowledged, and is gone', server.asks[0].actionId)]
  })
}
