import { z } from 'zod'
import { requireSettled } from '../records/busy.ts'
import {
  dropInterfaces,
  findInterface,
  insertInterface,
  nextPositionOfRouter,
  recordPort,
} from '../records/interfaces.ts'
import { cloudNetworkIdOf, networkRecords } from '../records/networks.ts'
import { cloudRouterIdOf, routerRecords } from '../records/routers.ts'
import { chooseRouterAddress, takeSubnetAddress } from '../records/subnet-addresses.ts'
import type { Db } from '../records/tables.ts'
import { action, changeOf } from './define.ts'
import {
  type FoundRouterInterface,
  findRouterInterface,
  type WantedRouterInterface,
} from './router-network.ts'
import { holdInterfaces } from './steps/addresses.ts'
import { createPort } from './steps/port.ts'
import { attachRouterPort } from './steps/router.ts'
import type { Target } from './target.ts'
import { PlannedInterface } from './wanted-interfaces.ts'

export interface AddRouterInterfaceRequest extends Target, WantedRouterInterface {
  readonly interfaceUuid: string
}

const Input = z.object({
  routerUuid: z.string(),
  routerId: z.string(),
  zone: z.string(),
  planned: PlannedInterface,
})

const Output = z.object({ portId: z.string(), macAddress: z.string() })

/** Gives a router an interface on a network; or undoes it, and leaves the router as it was. */
export const addRouterInterface = action('router.add-interface', {
  version: 1,
  input: Input,
  output: Output,
  steps: [holdInterfaces, createPort, attachRouterPort],

  async about({ projectId, uuid, interfaceUuid }: AddRouterInterfaceRequest, db) {
    const router = (await routerRecords.findAny(db, uuid))?.name ?? uuid
    const network = await networkNameOf(db, interfaceUuid)
    const message = `Router '${router}' has been given an interface on network '${network}'`
    const log = { action: 'router_interface_create', message }
    return { projectId, kind: 'router-interface', uuid: interfaceUuid, name: `${router} on ${network}`, log }
  },
  locks: async ({ uuid }: AddRouterInterfaceRequest) => [`router:${uuid}`],

  async admit(request: AddRouterInterfaceRequest, db: Db, context) {
    const { projectId, uuid: routerUuid, interfaceUuid } = request
    const router = await routerRecords.require(db, projectId, routerUuid, context.nowMs)
    await requireSettled(db, routerRecords, router)
    const found = await findRouterInterface(db, router, request)
    await insertInterface(db, {
      uuid: interfaceUuid,
      serverUuid: null,
      routerUuid,
      position: await nextPositionOfRouter(db, routerUuid),
      networkUuid: found.network.uuid,
      cloudPortId: null,
    })
    const addresses = await chooseAll(db, found, interfaceUuid)
    const network = cloudNetworkIdOf(found.network)
    const planned = { uuid: interfaceUuid, network, addresses, pointers: [] }
    const change = changeOf('being given an interface', context)
    await routerRecords.update(db, routerUuid, { status: 'changing', change })
    return { routerUuid, routerId: cloudRouterIdOf(router), zone: router.zone, planned }
  },

  async run({ routerId, zone, planned: { uuid, network, addresses } }, { step }) {
    await step(holdInterfaces, { interfaceUuids: [uuid] })
    const { id: portId } = await step(createPort, { zone, network, addresses })
    const { macAddress } = await step(attachRouterPort, { routerId, portId })
    return { portId, macAddress }
  },

  async onEnd(end, { routerUuid, planned: { uuid } }, db) {
    await routerRecords.update(db, routerUuid, { status: 'running', change: null })
    if (end.kind === 'rolled-back') await dropInterfaces(db, [uuid])
    else if (end.output !== undefined) await recordPort(db, uuid, end.output.portId, end.output.macAddress)
  },
})

async function chooseAll(
  db: Db,
  { addresses }: FoundRouterInterface,
  interfaceUuid: string,
): Promise<PlannedInterface['addresses']> {
  const chosen = []
  for (const [position, { subnet, address }] of addresses.entries()) {
    const place = { interfaceUuid, position }
    const path = `addresses[${position}].address`
    chosen.push(
      address === undefined
        ? await chooseRouterAddress(db, subnet, place)
        : await takeSubnetAddress(db, subnet, address, { ...place, path, isForRouter: true }),
    )
  }
  return chosen.map(({ version, address }) => ({ version, address }))
}

async function networkNameOf(db: Db, interfaceUuid: string): Promise<string | undefined> {
  const found = await findInterface(db, interfaceUuid)
  return (await networkRecords.findAny(db, found?.networkUuid ?? ''))?.name
}
