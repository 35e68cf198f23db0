import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { faultKinds } from '../cloud/embedded/fault-order.ts'
import { cloudOperations } from '../cloud/embedded/operations.ts'
import { noAmounts } from '../records/quota-amounts.ts'
import { serverRecords } from '../records/servers.ts'
import { volumeRecords } from '../records/volumes.ts'
import { rebootServerAction, startServerAction, stopServerAction } from './change-power.ts'
import { createServer } from './create-server.ts'
import { deleteServer } from './delete-server.ts'
import { deleteVolume } from './delete-volume.ts'
import { type ActionsBench, actionsBench } from './panel.fixture.ts'
import { resizeServerAction } from './resize-server.ts'

const nothing = { objects: [], addresses: 0, use: noAmounts }
const oneServer = {
  objects: ['pointer', 'pointer', 'port', 'server', 'volume', 'volume'],
  addresses: 2,
  use: { ...noAmounts, servers: 1, vcpus: 1, memoryGb: 4, volumeGb: 110 },
}

let bench: ActionsBench

beforeEach(async () => {
  bench = await actionsBench()
})

afterEach(() => bench.dispose())

/** Lets everything happen, through a crash if one strikes, until all watches have closed and the janitor is done. */
async function settle(): Promise<void> {
  for (let rounds = 0; rounds < 4; rounds++) {
    await bench.clock.advance(60_000)
    if (bench.isDead()) await bench.restart()
  }
  expect(await bench.actions.residue()).toEqual([])
}

async function running(): Promise<{ projectId: string; uuid: string }> {
  const request = bench.newServer()
  const { end } = await bench.actions.start(createServer, request)
  expect((await bench.clock.run(end)).kind).toBe('succeeded')
  return { projectId: bench.projectId, uuid: request.uuid }
}

describe('server.create', () => {
  it('makes a server with everything that belongs to it', async () => {
    const { uuid } = await running()

    const server = await serverRecords.require(bench.records.read, bench.projectId, uuid, bench.clock.now())
    expect(server).toMatchObject({
      status: 'running',
      change: null,
      sshHostKeys: [expect.stringContaining('ssh-ed25519')],
    })
    expect(await bench.accounts()).toEqual(oneServer)
  })

  it('leaves nothing but the reason when it fails: the 404 says why, for a day', async () => {
    bench.cloud.faults.replace([{ operation: 'compute.createServer', kind: 'refuse' }])
    const request = bench.newServer()
    const { id, end } = await bench.actions.start(createServer, request)

    expect((await bench.clock.run(end)).kind).toBe('rolled-back')

    const ask = () =>
      serverRecords.require(bench.records.read, bench.projectId, request.uuid, bench.clock.now())
    await expect(ask()).rejects.toThrow(
      `Not found. Creation failed: the server could not be started, because a system behind this service did not do its part. Nothing of it is left in your project. (incident ${id})`,
    )
    await bench.clock.advance(25 * 60 * 60 * 1000)
    await expect(ask()).rejects.toThrow(/^Not found\.$/)
  })

  it('keeps the addresses of a failed creation back until nothing of it can come any more', async () => {
    bench.cloud.faults.replace([
      { operation: 'network.createPort', kind: 'late-effect', times: 5, delayMs: 4_000 },
    ])
    const { end } = await bench.actions.start(createServer, bench.newServer())
    await bench.clock.run(end)

    const { id, end: nextEnd } = await bench.actions.start(createServer, bench.newServer())
    await bench.clock.run(nextEnd)

    expect((await bench.actions.view(id))?.state).toBe('succeeded')
    await settle()
    expect(await bench.accounts()).toEqual(oneServer)
  })
})

describe('the addresses of a deleted server', () => {
  it('go to nobody else while something of its creation may still come late', async () => {
    bench.cloud.faults.replace([
      { operation: 'dns.setPointer', kind: 'late-effect', times: 1, delayMs: 4_000 },
    ])
    const first = await running()
    const deletion = await bench.actions.start(deleteServer, first)
    await bench.clock.run(deletion.end)

    const second = await running()
    await settle()

    const addresses = await bench.records.read.selectFrom('addresses').selectAll().execute()
    expect(addresses.map(({ serverUuid }) => serverUuid)).toEqual([second.uuid, second.uuid])
    expect((await bench.accounts()).objects).toEqual([...oneServer.objects, 'volume'])
  })
})

describe('server.delete', () => {
  it('removes everything but the further volumes, which volume.delete then removes', async () => {
    const target = await running()
    const [, data] = await volumeRecords.list(bench.records.read, bench.projectId)

    const { end } = await bench.actions.start(deleteServer, target)

    expect(await bench.statusOf(target.uuid)).toBeUndefined() // at once
    expect((await bench.clock.run(end)).kind).toBe('succeeded')
    await settle()
    expect(await bench.accounts()).toEqual({
      objects: ['volume'],
      addresses: 0,
      use: { ...nothing.use, volumeGb: 100 },
    })

    const volume = { projectId: bench.projectId, uuid: data?.uuid ?? '' }
    const removal = await bench.actions.start(deleteVolume, volume)
    await bench.clock.run(removal.end)
    expect(await bench.accounts()).toEqual(nothing)
  })

  it('cancels a creation at any moment, and leaves nothing but the further volume of a finished one', async () => {
    for (let waitMs = 0; waitMs <= 1_500; waitMs += 75) {
      const request = bench.newServer({ volumes: [] })
      await bench.actions.start(createServer, request)
      await bench.clock.advance(waitMs)

      const { end } = await bench.actions.start(deleteServer, request)
      await bench.clock.run(end)
      await settle()

      expect({ waitMs, ...(await bench.accounts()) }).toEqual({ waitMs, ...nothing })
    }
  })
})

describe('a reverse DNS entry that comes late', () => {
  const late = { operation: 'dns.setPointer', kind: 'late-effect', times: 1, delayMs: 4_000 }

  it('stays while its server lives: it is the same', async () => {
    bench.cloud.faults.replace([late])
    await running()

    await settle()

    expect(await bench.accounts()).toEqual(oneServer)
  })

  it('is removed again when its server was deleted meanwhile', async () => {
    bench.cloud.faults.replace([late])
    const target = await running()
    const { end } = await bench.actions.start(deleteServer, target)
    await bench.clock.run(end)

    await settle()

    expect((await bench.accounts()).objects).toEqual(['volume'])
  })
})

describe('changes of a running server', () => {
  it('stop, change the flavor, start, reboot', async () => {
    const target = await running()
    const steps = [
      [stopServerAction, target, 'stopped'],
      [resizeServerAction, { ...target, flavor: 'flex-8-2' }, 'stopped'],
      [startServerAction, target, 'running'],
      [rebootServerAction, target, 'running'],
    ] as const

    for (const [action, request, status] of steps) {
      const { end } = await bench.actions.start(action as typeof resizeServerAction, request as never)
      expect(await bench.statusOf(target.uuid)).toBe('changing')
      expect((await bench.clock.run(end)).kind).toBe('succeeded')
      expect(await bench.statusOf(target.uuid)).toBe(status)
    }

    expect((await bench.accounts()).use).toMatchObject({ vcpus: 2, memoryGb: 8 })
  })

  it('a change that the cloud refuses leaves the server as it was, and its quota too', async () => {
    const target = await running()
    await bench.clock.run((await bench.actions.start(stopServerAction, target)).end)
    bench.cloud.faults.replace([{ operation: 'compute.resizeServer', kind: 'refuse', times: 1 }])

    const { end } = await bench.actions.start(resizeServerAction, { ...target, flavor: 'flex-8-2' })

    expect((await bench.clock.run(end)).kind).toBe('rolled-back')
    expect(await bench.statusOf(target.uuid)).toBe('stopped')
    expect((await bench.accounts()).use).toEqual(oneServer.use)
  })
})

/** What the life of a server calls; the other operations have tests beside their actions. */
const operationsOfServers = cloudOperations.filter(operation =>
  /^(network\..*Ports?|volumes\.(create|delete|find|get)|compute\..*Servers?|dns\..*)$/.test(operation),
)

describe('every fault at every operation, once', () => {
  for (const operation of operationsOfServers) {
    for (const kind of faultKinds) {
      it(`${kind} at ${operation}: created or gone, changed or as before, deleted; no orphan, quota exact`, async () => {
        bench.cloud.faults.replace([{ operation, kind, times: 1, delayMs: 3_000 }])
        const request = bench.newServer()
        const target = { projectId: bench.projectId, uuid: request.uuid }

        await bench.actions.start(createServer, request)
        await settle()
        const created = (await bench.statusOf(request.uuid)) === 'running'
        expect(await bench.accounts()).toEqual(created ? oneServer : nothing)
        if (!created) return

        // A change may fail once, and leave the server as it was; then the same again does it.
        for (const [action, status] of [
          [stopServerAction, 'stopped'],
          [startServerAction, 'running'],
          [rebootServerAction, 'running'],
        ] as const) {
          for (let tries = 1; tries === 1 || (await bench.statusOf(request.uuid)) !== status; tries++) {
            expect(tries).toBeLessThanOrEqual(2)
            await bench.actions.start(action, target)
            await settle()
            expect((await bench.accounts()).objects).toEqual(oneServer.objects)
          }
        }

        await bench.actions.start(deleteServer, target)
        await settle()
        expect(await bench.accounts()).toEqual({
          objects: ['volume'],
          addresses: 0,
          use: { ...nothing.use, volumeGb: 100 },
        })
      })
    }
  }
})
