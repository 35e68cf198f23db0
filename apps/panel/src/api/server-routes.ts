import { currentTx } from 'evenkeel'
import type { FastifyInstance } from 'fastify'
import { changeInterfaces } from '../actions/change-interfaces.ts'
import { rebootServerAction, startServerAction, stopServerAction } from '../actions/change-power.ts'
import { type CreateServerRequest, createServer } from '../actions/create-server.ts'
import { deleteServer } from '../actions/delete-server.ts'
import { judge } from '../actions/judge.ts'
import { resizeServerAction } from '../actions/resize-server.ts'
import type { WantedInterface } from '../actions/wanted-interfaces.ts'
import { flavorOf } from '../catalogue.ts'
import { NoCapacityException } from '../cloud/exceptions.ts'
import { AddressPoolExhaustedException } from '../records/addresses.ts'
import { AddressIsNextHopException } from '../records/next-hops.ts'
import { PanelQuotaExceededException } from '../records/quota.ts'
import { ServerStateException } from '../records/server-state.ts'
import { ServerNotFoundException, serverRecords } from '../records/servers.ts'
import { SubnetFullException } from '../records/subnet-addresses.ts'
import { VolumeHasSnapshotsException } from '../records/volume-snapshots.ts'
import { changeLabels } from './change-labels.ts'
import type { ApiContext } from './context.ts'
import {
  createServerBody,
  createServerLists,
  type ParsedServer,
  parseCreateServer,
} from './create-server-body.ts'
import { defaultNetworkOf } from './default-network.ts'
import { deleteRoute } from './delete-route.ts'
import { bodyOf } from './form-body.ts'
import { newObjectContext } from './new-object.ts'
import { OnlyOneAttributeException } from './only-one-attribute.ts'
import { documentedChange, documentedCreation, type Operation, operation } from './openapi/operation.ts'
import { parsePatchServer, patchServerBody, patchServerLists } from './patch-server-body.ts'
import { perform } from './perform.ts'
import { presentServers } from './present-server.ts'
import { readRoutes } from './resource.ts'
import { Server } from './server-shape.ts'

/** `/servers`: list, create, look at, change, start, stop, reboot, delete. */
export function serverRoutes(app: FastifyInstance, context: ApiContext): void {
  const resource = { path: 'servers', records: serverRecords, documentation, present: presentServers }
  const { found, sendCreated } = readRoutes(app, context, resource)
  deleteRoute(app, context, resource, deleteServer, { throws: [VolumeHasSnapshotsException] })

  app.post('/servers', documented.create, async (request, reply) => {
    const body = bodyOf(request, { lists: createServerLists })
    const parsed = parseCreateServer(body, newObjectContext(request, context))
    currentTx().resource = `server:${parsed.uuid}`
    await context.capacityCheck(parsed.zone, flavorOf(parsed.flavor))
    const wanted = await completed(parsed, context)
    const performed = await perform(context, reply, createServer, wanted, { until: 'admitted' })
    return sendCreated(request, reply, performed?.objectUuid ?? wanted.uuid)
  })

  app.patch('/servers/:uuid', documented.change, async (request, reply) => {
    const { kind, ...change } = parsePatchServer(bodyOf(request, { lists: patchServerLists }))
    const { target } = await found(request)
    if ('flavor' in change) {
      const wanted = { ...target, ...change }
      await perform(context, reply, resizeServerAction, wanted, { until: 'admitted' })
    } else if ('interfaces' in change) {
      await perform(context, reply, changeInterfaces, { ...target, ...change }, { until: 'ended' })
    } else {
      await changeLabels(context, serverRecords, target, change)
    }
    return reply.code(204).send()
  })

  const powers = { start: startServerAction, stop: stopServerAction, reboot: rebootServerAction }
  for (const [power, action] of Object.entries(powers)) {
    const ordered: Operation = {
      does: `${power.charAt(0).toUpperCase()}${power.slice(1)} a server`,
      throws: [ServerNotFoundException, ServerStateException, NoCapacityException],
    }
    app.post(`/servers/:uuid/${power}`, operation(ordered), async (request, reply) => {
      const { target } = await found(request)
      await perform(context, reply, action, target, { until: 'admitted' })
      return reply.code(204).send()
    })
  }
}

const documentation = { shape: Server, absent: ServerNotFoundException }

const documented = {
  create: documentedCreation(documentation, {
    remarks:
      'Answered when it is admitted; the server shows `changing` until it runs. If that comes to nothing, its 404 says why.',
    body: createServerBody,
    throws: [
      PanelQuotaExceededException,
      NoCapacityException,
      AddressPoolExhaustedException,
      SubnetFullException,
    ],
  }),
  change: documentedChange(documentation, {
    remarks: 'One attribute at a time; the flavor only while it is stopped.',
    body: patchServerBody,
    throws: [
      OnlyOneAttributeException,
      ServerStateException,
      PanelQuotaExceededException,
      NoCapacityException,
      AddressPoolExhaustedException,
      AddressIsNextHopException,
      SubnetFullException,
    ],
  }),
}

/** The server with the network that its zone has by default, if it is to be on that. */
async function completed(
  { interfaces, ...parsed }: ParsedServer,
  context: ApiContext,
): Promise<CreateServerRequest> {
  const server = { ...parsed, changingMs: context.settings.changingMs }
  // No network is made for a server that is refused for something else.
  const others = interfaces.filter(one => one.kind !== 'default-network')
  const judgeOthers = () => judge(createServer, { ...server, interfaces: others }, context)
  const wanted: WantedInterface[] = []
  for (const one of interfaces) {
    if (one.kind !== 'default-network') wanted.push(one)
    else
      wanted.push({ kind: 'of-network', networkUuid: await defaultNetworkOf(context, server, judgeOthers) })
  }
  return { ...server, interfaces: wanted }
}
