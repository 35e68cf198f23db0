import { type Finding, finding } from './finding.ts'
import { type Ask, decide, deletionOf, type Model, newAsk } from './model.ts'
import { idOf, type Seen, type SeenObject } from './seen.ts'

/** The kinds of what customers have besides servers and what those were ordered with. */
export const thingKinds = ['network', 'volume', 'volume-snapshot', 'floating-ip', 'server-group'] as const

export type ThingKind = (typeof thingKinds)[number]

/** The lists of the API in which they are. */
export const paths: Readonly<Record<ThingKind, string>> = {
  network: '/networks',
  volume: '/volumes',
  'volume-snapshot': '/volume-snapshots',
  'floating-ip': '/floating-ips',
  'server-group': '/server-groups',
}

/** A network, volume, snapshot, floating IP or server group that somebody has ordered by itself. */
export interface OwnedThing {
  readonly kind: ThingKind
  /** It carries it as a tag: not everything has a name. */
  readonly name: string
  /** Its creation, and what was asked of it since, oldest first. */
  readonly asks: [creation: Ask, ...Ask[]]
  /** By what the API names it; undefined while no answer has told it. */
  id: string | undefined
  /** What it may be like, by field: several values, where an answer was lost. */
  readonly may: { [Field in FieldName]?: readonly FieldValue[] }
  /** Of a snapshot: the volume. */
  readonly of: OwnedThing | undefined
  /** Whether somebody is at it: two who change one thing at once would not know which change was last. */
  isClaimed: boolean
}

/** What is changed about things: `server` is that which a volume or floating IP belongs to, by its uuid. */
export type FieldName = 'mtu' | 'sizeGb' | 'server'
export type FieldValue = number | string | null

export function newThing(
  kind: ThingKind,
  number: number,
  { may, of }: Pick<OwnedThing, 'may' | 'of'>,
): OwnedThing {
  const name = `${kind}-${number}`
  return {
    kind,
    name,
    asks: [newAsk(`${kind}.create`)],
    id: undefined,
    may: { ...may },
    of,
    isClaimed: false,
  }
}

/** Whether its creation was acknowledged, and its end by nobody. */
export function isThere({ asks }: OwnedThing): boolean {
  return asks[0].answer === 'acknowledged' && deletionOf({ asks }) === undefined
}

export function labelOfThing({ name, id }: OwnedThing): string {
  return id === undefined ? name : `${name} ${id}`
}

/** Under which tag it carries its name. */
export const nameTag = 'thing'

interface SeenThing {
  readonly id: string
  readonly fields: { readonly [Field in FieldName]?: FieldValue }
}

/**
 * Compares what an owner sees with what was acknowledged, and decides what was left open: a lost answer to a deletion may
 * mean either, but from now on only what is seen. A creation whose answer was lost may still be rolled back, and what was
 * lost of a change may still be under way: there either stays right.
 */
export function checkThings(model: Model, seen: Seen): readonly Finding[] {
  const shown = thingsIn(seen)
  const ordered = new Set(model.things.map(({ name }) => name))
  return [
    ...model.things.flatMap(thing => checkThing(thing, shown.get(thing.name), model)),
    ...[...shown]
      .filter(([name]) => !ordered.has(name))
      .map(([name, { id }]) => finding(`${name} ${id}`, 'is there, and nobody has ordered it')),
  ]
}

function checkThing(thing: OwnedThing, shown: SeenThing | undefined, model: Model): readonly Finding[] {
  const [creation, ...asks] = thing.asks
  for (const asked of asks) {
    if (asked.action.endsWith('.delete')) decide(asked, shown === undefined)
  }
  const wrong = (what: string) => [finding(labelOfThing(thing), what, creation.actionId)]
  if (shown === undefined) return isThere(thing) ? wrong('was acknowledged, and is gone') : []
  if (creation.answer === 'refused') return wrong('is there, though it was refused')
  if (deletionOf(thing) === 'acknowledged') return wrong('is back, after its deletion was acknowledged')
  if (creation.answer !== 'acknowledged') return []
  return Object.entries(shown.fields).flatMap(([name, value]) => {
    const may = thing.may[name as FieldName] ?? []
    const isFree = name === 'server' && value === null && may.some(server => isDeletedServer(server, model))
    return may.includes(value) || isFree
      ? []
      : wrong(`has ${name} ${value}, and must have ${may.join(' or ')}`)
  })
}

/** What belongs to a server belongs to nothing when that is deleted. */
function isDeletedServer(wanted: FieldValue, { servers }: Model): boolean {
  return servers.some(server => server.uuid === wanted && deletionOf(server) !== undefined)
}

/** What is there of those that were ordered by themselves, by the name that they carry. */
function thingsIn({ networks, volumes, snapshots, floatingIps, serverGroups }: Seen): Map<string, SeenThing> {
  const things = <T extends SeenObject>(
    objects: readonly T[],
    fieldsOf: (object: T) => SeenThing['fields'],
  ) =>
    objects.flatMap(object => {
      const { [nameTag]: name } = object.tags
      return name === undefined ? [] : [[name, { id: idOf(object), fields: fieldsOf(object) }] as const]
    })
  return new Map([
    ...things(networks, ({ mtu }) => ({ mtu })),
    ...things(volumes, ({ size_gb: sizeGb, server_uuids: [server = null] }) => ({ sizeGb, server })),
    // One that is being deleted is still shown, and is gone for everybody.
    ...things(
      snapshots.filter(({ status }) => status !== 'deleting'),
      () => ({}),
    ),
    ...things(floatingIps, ({ server }) => ({ server: server?.uuid ?? null })),
    ...things(serverGroups, () => ({})),
  ])
}
