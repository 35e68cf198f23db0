import type { SeenServer } from './seen.ts'
import { type Fields, isThere, newThing, type OwnedThing, pathOf, type ThingKind } from './things.ts'

/** What whoever asked for something knows of it. */
export type Answer =
  | 'awaited'
  | 'acknowledged'
  | 'refused' // nothing was begun
  | 'lost' // the panel ended first: either is right, until somebody has looked

/** Something that was asked of an object, and that an action does. */
export interface Ask {
  /** The action's name, such as `server.resize`. */
  readonly action: string
  /** Of a change of flavor: the one asked for. */
  readonly flavor: string | undefined
  answer: Answer
  /** Which action does it, where an answer said so. */
  actionId: string | undefined
}

export interface OwnedVolume {
  readonly uuid: string
  readonly sizeGb: number
  readonly isRoot: boolean
  /** Its deletions, oldest first. */
  readonly asks: Ask[]
  /** Whether its owner has been told that there is no such volume: its server's creation did not come to its end. */
  isSeenGone: boolean
}

export interface OwnedServer {
  readonly name: string
  /** The one that it was ordered with. */
  readonly flavor: string
  /** Its creation, and what was asked of it since, oldest first. */
  readonly asks: [creation: Ask, ...Ask[]]
  /** Undefined while no answer has told it. */
  uuid: string | undefined
  /** The root volume first; those that were ordered with it also when it is gone. */
  volumes: readonly OwnedVolume[]
  /** The values that its tag may have: several, where an answer was lost. */
  marks: readonly string[]
  /** Whether it has been seen to run: from then on its creation can't fail any more. */
  hasRun: boolean
  /** Whether its owner has been told that its creation failed. */
  isRolledBack: boolean
  /** Whether somebody is at it: two who change one thing at once would not know which change was last. */
  isClaimed: boolean
}

/** Everything that was asked of the panel, and what it has answered: nothing of that may ever be lost. */
export class Model {
  #ordered = 0
  #servers: readonly OwnedServer[] = []
  #things: readonly OwnedThing[] = []

  /** A new order for a server, which nobody has answered yet. */
  order(flavor: string, mark: string): OwnedServer {
    const creation = newAsk('server.create')
    const server: OwnedServer = {
      name: `crash-${++this.#ordered}`,
      flavor,
      asks: [creation],
      uuid: undefined,
      volumes: [],
      marks: [mark],
      hasRun: false,
      isRolledBack: false,
      isClaimed: false,
    }
    this.#servers = [...this.#servers, server]
    return server
  }

  /** Forgets an order that was refused: there is nothing to it. */
  withdraw(refused: OwnedServer): void {
    this.#servers = this.#servers.filter(server => server !== refused)
  }

  /** A new order for something else. @param fields what it is to be like @param of what it is to belong to */
  orderThing(kind: ThingKind, fields: Fields = {}, of?: OwnedThing): OwnedThing {
    const thing = newThing(kind, ++this.#ordered, { fields, of })
    this.#things = [...this.#things, thing]
    return thing
  }

  get things(): readonly OwnedThing[] {
    return this.#things
  }

  get servers(): readonly OwnedServer[] {
    return this.#servers
  }

  get volumes(): readonly OwnedVolume[] {
    return this.servers.flatMap(({ volumes }) => volumes)
  }

  /** Every server that must be there for its owner. */
  get present(): readonly OwnedServer[] {
    return this.servers.filter(isPresent)
  }

  /** Where everything is that must be there, by what the API names it. */
  get whereabouts(): ReadonlyMap<string, string> {
    return new Map([
      ...this.present.flatMap(({ uuid }) =>
        uuid === undefined ? [] : [[uuid, `/servers/${uuid}`] as const],
      ),
      ...this.things
        .filter(isThere)
        .flatMap(thing => (thing.id === undefined ? [] : [[thing.id, pathOf(thing)] as const])),
    ])
  }
}

/** Writes down that something is asked, before it is. */
export function ask(of: { readonly asks: Ask[] }, action: string, flavor?: string): Ask {
  const asked = newAsk(action, flavor)
  of.asks.push(asked)
  return asked
}

/** What is known of an object's deletion; undefined if nobody has asked for it, or everybody was refused. */
export function deletionOf({ asks }: { readonly asks: readonly Ask[] }): Answer | undefined {
  const answers = asks.filter(({ action }) => action.endsWith('.delete')).map(({ answer }) => answer)
  // A second deletion that is refused does not take back the first.
  return (['acknowledged', 'lost', 'awaited'] as const).find(answer => answers.includes(answer))
}

/** Whether the server's creation was acknowledged, and its end by nobody. */
export function isPresent(server: OwnedServer): boolean {
  return server.asks[0].answer === 'acknowledged' && !server.isRolledBack && deletionOf(server) === undefined
}

/** Takes over what an answer shows of a server that was ordered. */
export function adopt(server: OwnedServer, { uuid, volumes }: SeenServer): void {
  server.uuid = uuid
  server.volumes = volumes.map(({ uuid, size_gb: sizeGb }, position) => ({
    uuid,
    sizeGb,
    isRoot: position === 0,
    asks: [],
    isSeenGone: false,
  }))
}

/** @returns `server crash-7 3f0c…` */
export function labelOf({ name, uuid }: OwnedServer): string {
  return uuid === undefined ? `server ${name}` : `server ${name} ${uuid}`
}

/** @returns `volume 3f0c… of server crash-7` */
export function labelOfVolume(volume: OwnedVolume, server: OwnedServer): string {
  return `volume ${volume.uuid} of server ${server.name}`
}

/** Something that is asked, and that nobody has answered yet. */
export function newAsk(action: string, flavor?: string): Ask {
  return { action, flavor, answer: 'awaited', actionId: undefined }
}

/** Takes what is seen for the answer that was lost. */
export function decide(asked: Ask, hasHappened: boolean): void {
  const decided: Answer = hasHappened ? 'acknowledged' : 'refused'
  if (asked.answer === 'lost') asked.answer = decided
}
