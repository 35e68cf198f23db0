import { type Finding, finding } from './finding.ts'
import { decide, deletionOf, type Model } from './model.ts'
import { idOf, isTellingWhy, type SeenAndWhy, type SeenObject } from './seen.ts'
import {
  endOf,
  type FieldName,
  type Fields,
  type FieldValue,
  isShownChanging,
  isThere,
  labelOfThing,
  nameTag,
  type OwnedThing,
} from './things.ts'

/** What is shown of a thing. */
interface SeenThing {
  readonly id: string
  readonly fields: Fields
  /** As the API calls it; undefined for what has none, and is done. */
  readonly status: string | undefined
}

/**
 * Compares what an owner sees with what was acknowledged, and decides what was left open: a lost answer to a deletion may
 * mean either, but from now on only what is seen. A creation whose answer was lost may still be rolled back, and what was
 * lost of a change may still be under way: there either stays right.
 */
export function checkThings(model: Model, seen: SeenAndWhy): readonly Finding[] {
  const shown = thingsIn(seen)
  const ordered = new Set(model.things.map(({ name }) => name))
  return [
    // In the order in which they were ordered, so that the end of what others belong to is decided first.
    ...model.things.flatMap(thing => checkThing(thing, shown.get(thing.name), model, seen)),
    ...[...shown]
      .filter(([name]) => !ordered.has(name))
      .map(([name, { id }]) => finding(`${name} ${id}`, 'is there, and nobody has ordered it')),
  ]
}

function checkThing(
  thing: OwnedThing,
  shown: SeenThing | undefined,
  model: Model,
  { reasons }: SeenAndWhy,
): readonly Finding[] {
  const [creation, ...asks] = thing.asks
  for (const asked of asks) {
    if (asked.action.endsWith('.delete')) decide(asked, shown === undefined)
  }
  const wrong = (what: string) => [finding(labelOfThing(thing), what, creation.actionId)]
  if (shown === undefined) {
    if (!isThere(thing) || noteRolledBack(thing, reasons.get(thing.id ?? ''))) return []
    return wrong('was acknowledged, and is gone')
  }
  if (creation.answer === 'refused') return wrong('is there, though it was refused')
  if (thing.isRolledBack) return wrong('is back, after its creation was rolled back')
  if (endOf(thing) === 'acknowledged') return wrong('is back, after its deletion was acknowledged')
  if (creation.answer !== 'acknowledged') return []
  if (shown.status === 'failed' && thing.hasRun) return wrong('has failed, after it was done')
  noteStatus(thing, shown.status)
  return Object.entries(shown.fields).flatMap(([name, value]) => {
    const may = thing.may[name as FieldName] ?? []
    const isFree = belongings.has(name) && value === null && may.some(owner => isDeleted(owner, model))
    return may.includes(value) || isFree
      ? []
      : wrong(`has ${name} ${value}, and must have ${may.join(' or ')}`)
  })
}

/** Writes down that a creation failed, as its owner is told. @returns whether that may be */
export function noteRolledBack(thing: OwnedThing, detail: string | undefined): boolean {
  // An import that has failed stays, and says so itself.
  const mayFail = isShownChanging(thing) && thing.kind !== 'custom-image' && !thing.hasRun
  if (detail === undefined || !isTellingWhy(detail) || !mayFail) return false
  thing.isRolledBack = true
  return true
}

/** Writes down that a creation has succeeded, if what is shown says so. */
export function noteStatus(thing: OwnedThing, status: string | undefined): void {
  if (status === undefined || !undone.has(status)) thing.hasRun = true
}

const undone: ReadonlySet<string> = new Set(['changing', 'creating', 'in_progress', 'failed'])

/** What belongs to a server or load balancer belongs to nothing when that is deleted. */
const belongings: ReadonlySet<string> = new Set<FieldName>(['server', 'target'])

function isDeleted(owner: FieldValue, { servers, things }: Model): boolean {
  return (
    servers.some(server => server.uuid === owner && deletionOf(server) !== undefined) ||
    things.some(thing => thing.id === owner && deletionOf(thing) !== undefined)
  )
}

/** What is there of those that were ordered by themselves, by the name that they carry. */
function thingsIn(seen: SeenAndWhy): Map<string, SeenThing> {
  const things = <T extends SeenObject & { readonly status?: string }>(
    objects: readonly T[],
    fieldsOf: (object: T) => Fields = () => ({}),
  ) =>
    objects.flatMap(object => {
      const { [nameTag]: name } = object.tags
      if (name === undefined) return []
      return [[name, { id: idOf(object), fields: fieldsOf(object), status: object.status }] as const]
    })
  return new Map([
    ...things(seen.networks, ({ mtu }) => ({ mtu })),
    ...things(seen.subnets, ({ cidr, dns_servers }) => ({ cidr, dnsServers: dns_servers.join(' ') })),
    ...things(seen.volumes, ({ size_gb: sizeGb, server_uuids: [server = null] }) => ({ sizeGb, server })),
    // One that is being deleted is still shown, and is gone for everybody.
    ...things(seen.snapshots.filter(({ status }) => status !== 'deleting')),
    ...things(seen.floatingIps, ({ server, load_balancer }) => ({
      target: (server ?? load_balancer)?.uuid ?? null,
    })),
    ...things(seen.serverGroups),
    ...things(seen.loadBalancers),
    ...things(seen.pools),
    ...things(seen.members, ({ enabled: isEnabled }) => ({ isEnabled })),
    ...things(seen.listeners, ({ protocol_port: port }) => ({ port })),
    ...things(seen.monitors, ({ delay_s: pauseS }) => ({ pauseS })),
    ...things(seen.routers, ({ interfaces }) => ({ networks: networksOf(interfaces) })),
    ...things(seen.objectsUsers),
    ...things(seen.imports),
  ])
}

function networksOf(interfaces: readonly { readonly network: { readonly name: string } }[]): string {
  return interfaces
    .map(({ network }) => network.name)
    .toSorted()
    .join(' ')
}
