import { type Answer, type Ask, deletionOf, newAsk } from './model.ts'

/** The kinds of what customers have besides servers and what those were ordered with, and where the API lists them. */
export const paths = {
  network: '/networks',
  subnet: '/subnets',
  volume: '/volumes',
  'volume-snapshot': '/volume-snapshots',
  'floating-ip': '/floating-ips',
  'server-group': '/server-groups',
  'load-balancer': '/load-balancers',
  'load-balancer-pool': '/load-balancers/pools',
  'load-balancer-member': '/load-balancers/pools/<pool>/members',
  'load-balancer-listener': '/load-balancers/listeners',
  'load-balancer-health-monitor': '/load-balancers/health-monitors',
  router: '/routers',
  'objects-user': '/objects-users',
  'custom-image': '/custom-images',
} as const

export type ThingKind = keyof typeof paths

export const thingKinds = Object.keys(paths) as readonly ThingKind[]

/** Something that somebody has ordered by itself. */
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
  /** What it belongs to from its beginning to its end, such as a snapshot to a volume. */
  readonly of: OwnedThing | undefined
  /** Whether it has been seen to be done: from then on its creation can't fail any more. */
  hasRun: boolean
  /** Whether its owner has been told that its creation failed. */
  isRolledBack: boolean
  /** Whether somebody is at it: two who change one thing at once would not know which change was last. */
  isClaimed: boolean
}

/** What is known about things, and mostly can be changed. */
export type FieldName =
  | 'cidr'
  | 'dnsServers'
  | 'isEnabled'
  | 'mtu'
  /** Of a router: the names of those that it is on, in order, with spaces between. */
  | 'networks'
  | 'port'
  | 'pauseS'
  /** The server that a volume is at, by its uuid. */
  | 'server'
  | 'sizeGb'
  /** The server or load balancer that a floating IP leads to, by its uuid. */
  | 'target'

export type FieldValue = number | string | boolean | null

/** The values that fields have. */
export type Fields = { readonly [Field in FieldName]?: FieldValue }

export function newThing(
  kind: ThingKind,
  number: number,
  { fields, of }: { readonly fields: Fields; readonly of: OwnedThing | undefined },
): OwnedThing {
  return {
    kind,
    name: `${kind}-${number}`,
    asks: [newAsk(kind === 'custom-image' ? 'custom-image.import' : `${kind}.create`)],
    id: undefined,
    may: Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, [value]])),
    of,
    hasRun: false,
    isRolledBack: false,
    isClaimed: false,
  }
}

/** Whether its creation was acknowledged, and its end by nobody. */
export function isThere(thing: OwnedThing): boolean {
  return thing.asks[0].answer === 'acknowledged' && !thing.isRolledBack && endOf(thing) === undefined
}

/** What is known of its end, which may be that of what it belongs to; undefined if nobody has asked for it. */
export function endOf(thing: OwnedThing): Answer | undefined {
  const { of: owner } = thing
  // A volume does not take its snapshots along: it is not deleted before they are.
  const isTaken = owner !== undefined && owner.kind !== 'volume'
  return deletionOf(thing) ?? (isTaken ? endOf(owner) : undefined)
}

/** Whether it is answered for when it is admitted, and shows what becomes of it; all else is answered for when it is done. */
export function isShownChanging({ kind }: Pick<OwnedThing, 'kind'>): boolean {
  return kind === 'load-balancer' || kind === 'router' || kind === 'custom-image'
}

/** Where it is ordered, and listed. */
export function listOf({ kind, of }: Pick<OwnedThing, 'kind' | 'of'>): string {
  return kind === 'custom-image' ? `${paths[kind]}/import` : paths[kind].replace('<pool>', of?.id ?? '')
}

/** Where it is changed and deleted. */
export function pathOf(thing: OwnedThing): string {
  const list = thing.kind === 'custom-image' ? paths[thing.kind] : listOf(thing)
  return `${list}/${thing.id}`
}

export function labelOfThing({ name, id }: OwnedThing): string {
  return id === undefined ? name : `${name} ${id}`
}

/** Under which tag it carries its name. */
export const nameTag = 'thing'
