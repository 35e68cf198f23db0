import { randomUUID } from 'node:crypto'
import type { AnyAction } from 'evenkeel/actions'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { networkOf } from '../addressing/floating-pools.ts'
import { addressesOfServer } from '../records/addresses.ts'
import { newCreatedAt } from '../records/created-at.ts'
import { floatingIpRecords } from '../records/floating-ips.ts'
import { serverRecords } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import { changeFloatingIp } from './change-floating-ip.ts'
import { stopServerAction } from './change-power.ts'
import { createFloatingIp } from './create-floating-ip.ts'
import { createServer } from './create-server.ts'
import type { PanelWorld } from './define.ts'
import { deleteFloatingIp } from './delete-floating-ip.ts'
import { deleteServer } from './delete-server.ts'
import { type ActionsBench, actionsBench } from './panel.fixture.ts'
import type { Target } from './target.ts'

let bench: ActionsBench
beforeEach(async () => {
  bench = await actionsBench()
})
afterEach(() => bench.dispose())

/** Starts an action, and waits for its end. */
async function ended(action: AnyAction<PanelWorld, Db>, request: unknown): Promise<string> {
  const { end } = await bench.clock.run(bench.actions.start(action, request))
  return (await bench.clock.run(end)).kind
}

async function server(name: string): Promise<Target> {
  const request = bench.newServer({ name, volumes: [] })
  expect(await ended(createServer, request)).toBe('succeeded')
  return { projectId: bench.projectId, uuid: request.uuid }
}

function newFloatingIp(server?: Target) {
  return {
    uuid: randomUUID(),
    projectId: bench.projectId,
    version: 4 as const,
    isNetwork: false,
    region: 'rma',
    server: server?.uuid,
    reversePtr: undefined,
    tags: {},
    createdAt: newCreatedAt(bench.clock.now()),
  }
}

async function floatingIp(server?: Target): Promise<Target> {
  const request = newFloatingIp(server)
  expect(await ended(createFloatingIp, request)).toBe('succeeded')
  return { projectId: bench.projectId, uuid: request.uuid }
}

const moved = (floatingIp: Target, to: Target) => ({
  ...floatingIp,
  server: to.uuid,
  reversePtr: undefined,
  labels: {},
})
const pointed = (floatingIp: Target, reversePtr: string) => ({
  ...floatingIp,
  server: undefined,
  reversePtr,
  labels: {},
})

const faults = (...orders: readonly object[]) => bench.cloud.faults.replace(orders)

async function hopOf({ uuid }: Target): Promise<string | undefined> {
  const addresses = await addressesOfServer(bench.records.read, uuid)
  return addresses.find(({ version }) => version === 4)?.address
}

const routes = () => bench.cloud.objects().filter(object => object.kind === 'route')
const hops = () => routes().map(({ nextHop }) => nextHop)

/** Lets everything happen until nothing is watched any more. */
async function settle(): Promise<void> {
  faults()
  for (let rounds = 0; rounds < 5; rounds++) await bench.clock.advance(60_000)
  expect(await bench.actions.residue()).toEqual([])
}

describe('a floating IP', () => {
  it('leads where it led before when it can not be moved', async () => {
    const [one, other] = [await server('one'), await server('other')]
    const moving = await floatingIp(one)
    faults({ operation: 'routes.announce', kind: 'error-state', times: 5 })

    expect(await ended(changeFloatingIp, moved(moving, other))).toBe('rolled-back')

    await settle()
    expect(hops()).toEqual([await hopOf(one)])
    expect(await floatingIpRecords.findAny(bench.records.read, moving.uuid)).toMatchObject({
      serverUuid: one.uuid,
      change: null,
    })
  })

  it('is not moved in part: without its new reverse pointer it stays where it was', async () => {
    const [one, other] = [await server('one'), await server('other')]
    const moving = await floatingIp(one)
    faults({ operation: 'dns.setPointer', kind: 'refuse', times: 1 })

    const both = { ...moved(moving, other), reversePtr: 'new.example' }
    expect(await ended(changeFloatingIp, both)).toBe('rolled-back')

    await settle()
    expect(hops()).toEqual([await hopOf(one)])
  })

  it('can be moved on at once when an answer was lost, and what comes late does not lead it back', async () => {
    const [one, two, three] = [await server('one'), await server('two'), await server('three')]
    const moving = await floatingIp(one)
    faults({ operation: 'routes.announce', kind: 'late-effect', times: 1, delayMs: 3_000 })
    expect(await ended(changeFloatingIp, moved(moving, two))).toBe('succeeded')

    expect(await ended(changeFloatingIp, moved(moving, three))).toBe('succeeded')

    await settle()
    expect(hops()).toEqual([await hopOf(three)])
  })

  it('can be moved on at once when it was set back without an answer, and what comes late does not set it back again', async () => {
    const [one, two, three] = [await server('one'), await server('two'), await server('three')]
    const moving = await floatingIp(one)
    faults(
      { operation: 'routes.announce', kind: 'error-state', times: 5 },
      { operation: 'routes.announce', kind: 'late-effect', times: 1, delayMs: 3_000 },
    )
    expect(await ended(changeFloatingIp, moved(moving, two))).toBe('rolled-back')
    expect(hops()).toEqual([await hopOf(one)])

    expect(await ended(changeFloatingIp, moved(moving, three))).toBe('succeeded')

    await settle()
    expect(hops()).toEqual([await hopOf(three)])
  })

  it('leads to no server that was deleted while it was being moved away, and could not be', async () => {
    const [one, other] = [await server('one'), await server('other')]
    const moving = await floatingIp(one)
    faults({ operation: 'routes.announce', kind: 'error-state', times: 5 })
    const { end } = await bench.actions.start(changeFloatingIp, moved(moving, other))
    await bench.clock.advance(10)
    await bench.actions.start(deleteServer, one)

    expect((await bench.clock.run(end)).kind).toBe('rolled-back')

    await settle()
    expect(routes()).toEqual([])
    const record = await floatingIpRecords.findAny(bench.records.read, moving.uuid)
    expect(record).toMatchObject({ serverUuid: null, nextHop: null })
  })

  it('leads to no server that was deleted while it was being assigned to it', async () => {
    const other = await server('other')
    const moving = await floatingIp()
    const { end } = await bench.actions.start(changeFloatingIp, moved(moving, other))
    await bench.clock.advance(10)
    const deletion = await bench.actions.start(deleteServer, other)

    expect((await bench.clock.run(end)).kind).toBe('succeeded')
    await bench.clock.run(deletion.end)

    await settle()
    expect(routes()).toEqual([])
    const record = await floatingIpRecords.findAny(bench.records.read, moving.uuid)
    expect(record).toMatchObject({ serverUuid: null, nextHop: null, deletedAt: null })
  })

  it('can be moved away from a server that something else keeps busy', async () => {
    const [one, other] = [await server('one'), await server('other')]
    const moving = await floatingIp(one)
    faults({ operation: 'compute.stopServer', kind: 'slow' })
    const { id } = await bench.actions.start(stopServerAction, one)
    await bench.clock.advance(10)

    expect(await ended(changeFloatingIp, moved(moving, other))).toBe('succeeded')

    expect((await bench.actions.view(id))?.state).toBe('running')
    expect(hops()).toEqual([await hopOf(other)])
  })

  it('waits for its server to be made', async () => {
    const request = bench.newServer({ volumes: [] })
    await bench.actions.start(createServer, request)

    await expect(
      bench.clock.run(bench.actions.start(createFloatingIp, newFloatingIp(request))),
    ).resolves.toBeDefined()
  })

  it('gives its address to nobody before what may still use it has gone', async () => {
    const one = await server('one')
    faults({ operation: 'routes.announce', kind: 'late-effect', times: 5, delayMs: 4_000 })
    expect(await ended(createFloatingIp, newFloatingIp(one))).toBe('rolled-back')

    const next = await floatingIp(one)
    const record = await floatingIpRecords.findAny(bench.records.read, next.uuid)
    expect(record?.address).toBe('192.0.2.2')

    await settle()
    const { address } = (await floatingIpRecords.findAny(bench.records.read, (await floatingIp()).uuid)) ?? {}
    expect(address).toBe('192.0.2.1')
  })

  it('is called off by its deletion at any moment of its creation, and leaves nothing', async () => {
    const one = await server('one')
    for (let waitMs = 0; waitMs <= 200; waitMs += 20) {
      const request = newFloatingIp(one)
      await bench.actions.start(createFloatingIp, request)
      await bench.clock.advance(waitMs)

      expect(await ended(deleteFloatingIp, request)).toBe('succeeded')
      await settle()

      expect({ waitMs, routes: routes() }).toEqual({ waitMs, routes: [] })
      const record = await floatingIpRecords.findAny(bench.records.read, request.uuid)
      expect(record).toMatchObject({ address: '192.0.2.1', isReleased: true })
    }
  })

  it('is what the records say, whatever was asked for in whatever order, and whatever went wrong', async () => {
    const fault = fc.record({
      operation: fc.constantFrom('routes.announce', 'routes.withdraw', 'dns.setPointer', 'dns.removePointer'),
      kind: fc.constantFrom('refuse', 'busy', 'lose-answer', 'late-effect', 'error-state'),
      times: fc.integer({ min: 1, max: 6 }),
      delayMs: fc.constant(2_000),
    })
    const one = fc.nat({ max: 1 })
    const deed = fc.oneof(
      fc.record({ kind: fc.constant('create' as const), server: fc.option(one), faults: fc.array(fault) }),
      fc.record({ kind: fc.constant('move' as const), ip: one, server: one, faults: fc.array(fault) }),
      fc.record({ kind: fc.constant('point' as const), ip: one, name: one, faults: fc.array(fault) }),
      fc.record({ kind: fc.constant('delete' as const), ip: one, faults: fc.array(fault) }),
      fc.record({ kind: fc.constant('delete-server' as const), server: one, faults: fc.array(fault) }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.nat({ max: 10_000 }) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 3, maxLength: 10 }), async deeds => {
        await bench.dispose()
        bench = await actionsBench()
        const servers = [await server('one'), await server('two')]
        const ips = [await floatingIp(servers[0])]
        const attempt = async (action: AnyAction<PanelWorld, Db>, request: unknown) => {
          // Nobody waits for the end: what is asked for next meets what runs. What is refused changes nothing.
          const started = bench.actions.start(action, request, { waitMs: 5_000 }).catch(() => undefined)
          await Promise.race([started, bench.clock.advance(50)])
        }
        for (const deed of deeds) {
          if ('faults' in deed) faults(...deed.faults)
          const ip = 'ip' in deed ? ips[deed.ip] : undefined
          const target = 'server' in deed && deed.server !== null ? servers[deed.server] : undefined
          if (deed.kind === 'create') {
            const request = newFloatingIp(target)
            ips.unshift(request)
            await attempt(createFloatingIp, request)
          } else if (deed.kind === 'wait') await bench.clock.advance(deed.ms)
          else if (deed.kind === 'delete-server') await attempt(deleteServer, target)
          else if (ip === undefined) continue
          else if (deed.kind === 'move') await attempt(changeFloatingIp, moved(ip, target as Target))
          else if (deed.kind === 'point')
            await attempt(changeFloatingIp, pointed(ip, `name-${deed.name}.example`))
          else await attempt(deleteFloatingIp, { projectId: ip.projectId, uuid: ip.uuid })
        }
        await settle()

        await expectAsRecorded()
      }),
      { numRuns: 30 },
    )
  }, 60_000)
})

/** Every live one is settled, its server is there, and what is outside is exactly what the records say. */
async function expectAsRecorded(): Promise<void> {
  const { read } = bench.records
  const all = await floatingIpRecords.list(read, bench.projectId)
  const names = new Map(
    (await serverRecords.list(read, bench.projectId)).map(({ uuid, name }) => [uuid, name]),
  )
  const wanted = { routes: new Map<string, string | null>(), pointers: new Map<string, string | null>() }
  for (const record of all) {
    expect(record).toMatchObject({ change: null, heldBy: null })
    wanted.pointers.set(record.address, record.reversePtr)
    if (record.serverUuid === null) continue
    expect(names.get(record.serverUuid)).toBeDefined()
    wanted.routes.set(networkOf(record), record.nextHop)
  }
  const objects = bench.cloud.objects()
  const pointers = objects.filter(object => object.kind === 'pointer' && object.id.startsWith('192.0.2.'))
  expect(new Map(routes().map(({ id, nextHop }) => [id, nextHop]))).toEqual(wanted.routes)
  expect(new Map(pointers.map(({ id, ...object }) => [id, 'name' in object ? object.name : null]))).toEqual(
    wanted.pointers,
  )
  const kept = await read.selectFrom('floatingIps').select('uuid').where('isReleased', '=', 0).execute()
  expect(kept.map(({ uuid }) => uuid).sort()).toEqual(all.map(({ uuid }) => uuid).sort())
}
