import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { newCreatedAt } from '../records/created-at.ts'
import { addRouterInterface } from './add-router-interface.ts'
import { createNetwork } from './create-network.ts'
import { createRouter } from './create-router.ts'
import { deleteNetwork } from './delete-network.ts'
import { deleteRouter } from './delete-router.ts'
import { type ActionsBench, actionsBench } from './panel.fixture.ts'
import { removeRouterInterfaceAction } from './remove-router-interface.ts'

let bench: ActionsBench
let network: { projectId: string; uuid: string }
let router: { projectId: string; uuid: string }
beforeEach(async () => {
  bench = await actionsBench()
  const { actions, clock, projectId } = bench
  const common = { projectId, zone: 'rma1', tags: {}, createdAt: newCreatedAt(clock.now()) }
  network = { projectId, uuid: randomUUID() }
  router = { projectId, uuid: randomUUID() }
  const wanted = { ...common, ...network, name: 'backend', mtu: 1500, subnetUuid: randomUUID() }
  await clock.run((await actions.start(createNetwork, wanted)).end)
  const gate = { ...common, ...router, name: 'edge', isInternetGateway: true, changingMs: 0 }
  await clock.run((await actions.start(createRouter, gate)).end)
})
afterEach(() => bench.dispose())

/** Begins to give the router an interface on the network. */
async function begin() {
  const interfaceUuid = randomUUID()
  const wanted = { ...router, interfaceUuid, networkUuid: network.uuid, addresses: [] }
  const { end } = await bench.actions.start(addRouterInterface, wanted)
  return { interfaceUuid, end }
}

const kinds = () => bench.cloud.objects().map(({ kind }) => kind)
const interfaces = () => bench.records.read.selectFrom('interfaces').selectAll().execute()

it('an interface that is removed while it is being made is made, and then removed', async () => {
  const { clock, actions } = bench
  const { interfaceUuid, end } = await begin()

  const removal = await actions.start(removeRouterInterfaceAction, { ...router, interfaceUuid })

  expect(await clock.run(end)).toMatchObject({ kind: 'succeeded' })
  expect(await clock.run(removal.end)).toMatchObject({ kind: 'succeeded' })
  await clock.advance(60_000)
  expect(await interfaces()).toMatchObject([{ routerUuid: router.uuid, networkUuid: null }])
  expect(kinds().sort()).toEqual(['network', 'port', 'router', 'subnet'])
})

it('a router that is deleted while it is given an interface calls that off, and leaves its network free', async () => {
  const { clock, actions } = bench
  const { end } = await begin()

  const removal = await actions.start(deleteRouter, router)
  const removed = await actions.start(deleteNetwork, network)

  expect(await clock.run(end)).toMatchObject({ kind: 'rolled-back' })
  expect(await clock.run(removal.end)).toMatchObject({ kind: 'succeeded' })
  expect(await clock.run(removed.end)).toMatchObject({ kind: 'succeeded' })
  await clock.advance(60_000)
  expect(await interfaces()).toEqual([])
  expect(kinds()).toEqual([])
  expect(await actions.residue()).toEqual([])
})

it.each(['network.detachRouterPort', 'network.deletePort'] as const)(
  'an interface that is removed is gone also when %s ends in an error state at first',
  async operation => {
    const { clock, actions, cloud } = bench
    const { interfaceUuid, end } = await begin()
    await clock.run(end)

    cloud.faults.replace([{ operation, kind: 'error-state', times: 1 }])
    await clock.run((await actions.start(removeRouterInterfaceAction, { ...router, interfaceUuid })).end)

    await clock.advance(10_000)
    expect(kinds().sort()).toEqual(['network', 'port', 'router', 'subnet'])
    expect(await actions.residue()).toEqual([])
  },
)
