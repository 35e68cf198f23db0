import { NotFoundException } from 'evenkeel'
import { z } from 'zod'
import { findInterface, hideInterface } from '../records/interfaces.ts'
import { networkRecords } from '../records/networks.ts'
import { routerRecords } from '../records/routers.ts'
import type { Db } from '../records/tables.ts'
import { aboutRouter } from './about-router.ts'
import { action } from './define.ts'
import { giveBackInterfaces } from './steps/addresses.ts'
import { removeRouterInterface } from './steps/router.ts'
import type { Target } from './target.ts'

/** The router has no such interface. */
export class RouterInterfaceNotFoundException extends NotFoundException<{ uuid: string }> {
  constructor(uuid: string) {
    super('Not found.', { data: { uuid } })
  }
}

export interface RemoveRouterInterfaceRequest extends Target {
  readonly interfaceUuid: string
}

/** Takes an interface from a router, and gives its addresses back. Admitted at once, also while another change runs. */
export const removeRouterInterfaceAction = action('router.remove-interface', {
  version: 1,
  input: z.object({ interfaceUuid: z.string() }),
  output: z.null(),
  steps: [removeRouterInterface, giveBackInterfaces],
  queue: 'after-admission',

  async about({ interfaceUuid, ...target }: RemoveRouterInterfaceRequest, db) {
    const { networkUuid } = (await findInterface(db, interfaceUuid)) ?? {}
    const network = (await networkRecords.findAny(db, networkUuid ?? ''))?.name
    const done = `has no interface on network '${network}' any more`
    return aboutRouter(target, db, { action: 'router_interface_delete', done })
  },
  locks: async ({ uuid }: RemoveRouterInterfaceRequest) => [`router:${uuid}`],

  async admit({ projectId, uuid, interfaceUuid }: RemoveRouterInterfaceRequest, db: Db, { nowMs }) {
    await routerRecords.require(db, projectId, uuid, nowMs)
    await requireRouterInterface(db, uuid, interfaceUuid)
    await hideInterface(db, interfaceUuid)
    return { interfaceUuid }
  },

  removes: () => [],

  run: ({ interfaceUuid }, { step }) =>
    step.pivot('removal', [
      [removeRouterInterface, { interfaceUuid }],
      [giveBackInterfaces, { interfaceUuids: [interfaceUuid] }],
    ]),

  onEnd: async () => {},
})

/** @throws {RouterInterfaceNotFoundException} the router has no such interface that its owner could know of */
export async function requireRouterInterface(
  db: Db,
  routerUuid: string,
  interfaceUuid: string,
): Promise<void> {
  const found = await findInterface(db, interfaceUuid)
  const isSeen = found?.routerUuid === routerUuid && found.position !== null && found.networkUuid !== null
  if (!isSeen) throw new RouterInterfaceNotFoundException(interfaceUuid)
}
