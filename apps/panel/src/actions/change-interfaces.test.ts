import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { newCreatedAt } from '../records/created-at.ts'
import { changeInterfaces } from './change-interfaces.ts'
import { createNetwork } from './create-network.ts'
import { createServer } from './create-server.ts'
import { type ActionsBench, actionsBench } from './panel.fixture.ts'

let bench: ActionsBench
beforeEach(async () => {
  bench = await actionsBench()
})
afterEach(() => bench.dispose())

const portCount = () => bench.cloud.objects().filter(({ kind }) => kind === 'port').length

it.each(['compute.detachPort', 'network.deletePort'] as const)(
  'a port that a server gives up is gone also when %s ends in an error state at first',
  async operation => {
    const { actions, clock, cloud, projectId } = bench
    const network = { projectId, uuid: randomUUID(), name: 'backend', zone: 'rma1', mtu: 1500, tags: {} }
    const made = { ...network, subnetUuid: randomUUID(), createdAt: newCreatedAt(clock.now()) }
    await clock.run((await actions.start(createNetwork, made)).end)
    const publicly = { kind: 'public', versions: [4] } as const
    const privately = { kind: 'of-network', networkUuid: network.uuid } as const
    const server = bench.newServer({ volumes: [], interfaces: [publicly, privately] })
    await clock.run((await actions.start(createServer, server)).end)
    expect(portCount()).toBe(2)

    cloud.faults.replace([{ operation, kind: 'error-state', times: 1 }])
    const wanted = { projectId, uuid: server.uuid, interfaces: [publicly] }
    await clock.run((await actions.start(changeInterfaces, wanted)).end)

    await clock.advance(10_000)
    expect(portCount()).toBe(1)
    expect(await actions.residue()).toEqual([])
  },
)
