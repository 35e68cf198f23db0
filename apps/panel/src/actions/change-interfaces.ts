import { z } from 'zod'
import { addressesOfServer } from '../records/addresses.ts'
import { requireSettled } from '../records/busy.ts'
import { dropInterfaces, interfacesOfServer } from '../records/interfaces.ts'
import { requireNoNextHop } from '../records/next-hops.ts'
import { serverRecords } from '../records/servers.ts'
import { addressesOfInterfaces } from '../records/subnet-addresses.ts'
import type { Db } from '../records/tables.ts'
import { aboutServer } from './about-server.ts'
import { cloudIdOf } from './change-power.ts'
import { action, changeOf } from './define.ts'
import { matchInterfaces } from './match-interfaces.ts'
import { refuseIfAlready } from './nothing-to-do.ts'
import { makePorts, setPointers } from './server-ports.ts'
import { giveBackInterfaces, holdInterfaces } from './steps/addresses.ts'
import { recordInterfaces } from './steps/interfaces.ts'
import { removePointer, setPointer } from './steps/pointer.ts'
import { attachPort, createPort, partFromPort } from './steps/port.ts'
import type { Target } from './target.ts'
import { findInterfaces, PlannedInterface, planInterface, type WantedInterface } from './wanted-interfaces.ts'

export interface ChangeInterfacesRequest extends Target {
  /** All that it is to have, in their order. */
  readonly interfaces: readonly WantedInterface[]
}

const Input = z.object({
  serverUuid: z.string(),
  cloudServerId: z.string(),
  zone: z.string(),
  statusBefore: z.enum(['running', 'stopped']),
  /** The interfaces that its owner sees. */
  before: z.array(z.string()),
  after: z.array(z.string()),
  added: z.array(PlannedInterface),
  removed: z.array(
    z.object({
      uuid: z.string(),
      portId: z.string(),
      /** Those that are public. */
      addresses: z.array(z.string()),
    }),
  ),
})

/**
 * Gives a server other interfaces: what is new is added first, what goes is removed when there is no way back. It ends
 * with all of the new ones, or with all of the old ones and a reason.
 */
export const changeInterfaces = action('server.change-interfaces', {
  version: 1,
  input: Input,
  output: z.null(),
  steps: [
    holdInterfaces,
    createPort,
    attachPort,
    setPointer,
    recordInterfaces,
    partFromPort,
    removePointer,
    giveBackInterfaces,
  ],
  about: (target: ChangeInterfacesRequest, db) =>
    aboutServer(target, db, { action: 'server_update', done: 'has been given other interfaces' }),
  locks: async ({ uuid }: ChangeInterfacesRequest) => [`server:${uuid}`],

  async admit({ projectId, uuid, interfaces }: ChangeInterfacesRequest, db: Db, context) {
    const server = await serverRecords.require(db, projectId, uuid, context.nowMs)
    await requireSettled(db, serverRecords, server)
    const present = await presentInterfaces(db, uuid)
    const wanted = await findInterfaces(db, server, interfaces)
    const matches = matchInterfaces(present, wanted)
    const stay = new Set(matches.map(match => match?.uuid))
    const isAsWanted =
      matches.length === present.length && matches.every((match, at) => match?.uuid === present[at]?.uuid)
    refuseIfAlready(isAsWanted, `Server '${server.name}'`, 'connected so')

    const publicAddresses = await addressesOfServer(db, uuid)
    const removed = present
      .filter(({ uuid }) => !stay.has(uuid))
      .map(({ uuid, cloudPortId }) => {
        if (cloudPortId === null) throw new TypeError(`interface ${uuid} has no port`)
        const own = publicAddresses.filter(({ interfaceUuid }) => interfaceUuid === uuid)
        return { uuid, portId: cloudPortId, addresses: own.map(({ address }) => address) }
      })
    await requireNoNextHop(
      db,
      server,
      removed.flatMap(({ addresses }) => addresses),
    )
    const added: PlannedInterface[] = []
    const after: string[] = []
    for (const [at, one] of wanted.entries()) {
      const match = matches[at]
      if (match === undefined) added.push(await planInterface(db, server, one, null))
      after.push(match?.uuid ?? (added.at(-1) as PlannedInterface).uuid)
    }
    const change = changeOf('being given other interfaces', context)
    await serverRecords.update(db, uuid, { status: 'changing', change })
    return {
      serverUuid: uuid,
      cloudServerId: cloudIdOf(server),
      zone: server.zone,
      statusBefore: server.status === 'stopped' ? ('stopped' as const) : ('running' as const),
      before: present.map(({ uuid }) => uuid),
      after,
      added,
      removed,
    }
  },

  async run({ serverUuid, cloudServerId: serverId, zone, before, after, added, removed }, { step }) {
    const ports: { uuid: string; portId: string }[] = []
    if (added.length > 0) {
      await step(holdInterfaces, { interfaceUuids: added.map(({ uuid }) => uuid) })
      const portIds = await makePorts(zone, added, step)
      for (const [at, { uuid }] of added.entries()) {
        const portId = portIds[at] as string
        await step(attachPort, { serverId, portId }, { as: `interface-${at + 1}` })
        ports.push({ uuid, portId })
      }
      await setPointers(added, step)
    }
    await step(recordInterfaces, { serverUuid, before, after, ports })
    if (removed.length === 0) return null
    return step.pivot('removal', [
      ...removed.map(
        ({ portId }, at) => [partFromPort, { serverId, portId }, { as: `interface-${at + 1}` }] as const,
      ),
      ...removed
        .flatMap(({ addresses }) => addresses)
        .map((address, at) => [removePointer, { address }, { as: `address-${at + 1}` }] as const),
      [giveBackInterfaces, { interfaceUuids: removed.map(({ uuid }) => uuid) }],
    ])
  },

  async onEnd(end, { serverUuid, statusBefore, added }, db) {
    await serverRecords.update(db, serverUuid, { status: statusBefore, change: null })
    if (end.kind === 'succeeded') return
    await dropInterfaces(
      db,
      added.map(({ uuid }) => uuid),
    )
  },
})

async function presentInterfaces(db: Db, serverUuid: string) {
  const interfaces = await interfacesOfServer(db, serverUuid)
  const addresses = await addressesOfInterfaces(
    db,
    interfaces.map(({ uuid }) => uuid),
  )
  return interfaces.map(one => ({ ...one, addresses: addresses.get(one.uuid) ?? [] }))
}
