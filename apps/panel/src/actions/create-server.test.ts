import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serverRecords } from '../records/servers.ts'
import { createServer } from './create-server.ts'
import { deleteServer } from './delete-server.ts'
import { type ActionsBench, actionsBench } from './panel.fixture.ts'

let bench: ActionsBench
beforeEach(async () => {
  bench = await actionsBench()
})
afterEach(() => bench.dispose())

describe('server.create', () => {
  it('shows for as long as it is told that the server is changing, also after a restart', async () => {
    const request = bench.newServer({ changingMs: 60_000 })
    await bench.actions.start(createServer, request)

    await bench.clock.advance(30_000)
    expect(bench.cloud.objects().filter(({ kind }) => kind === 'pointer')).toHaveLength(2)
    expect(await bench.statusOf(request.uuid)).toBe('changing')
    await bench.restart()
    await bench.clock.advance(29_000)
    expect(await bench.statusOf(request.uuid)).toBe('changing')
    await bench.clock.advance(2_000)

    expect(await bench.statusOf(request.uuid)).toBe('running')
  })

  it('is called off without a trace, also when the removal of a pointer ends in an error state at first', async () => {
    const request = bench.newServer({ volumes: [], changingMs: 60_000 })
    await bench.actions.start(createServer, request)
    await bench.clock.advance(30_000)
    bench.cloud.faults.replace([{ operation: 'dns.removePointer', kind: 'error-state', times: 1 }])

    await bench.actions.start(deleteServer, { projectId: bench.projectId, uuid: request.uuid })

    await bench.clock.advance(60_000)
    expect((await bench.accounts()).objects).toEqual([])
    expect(await bench.actions.residue()).toEqual([])
  })

  it('does not take that time on top of its own', async () => {
    const timeOf = async (changingMs: number) => {
      const { end } = await bench.actions.start(createServer, bench.newServer({ changingMs }))
      const atMs = bench.clock.now()
      await bench.clock.run(end)
      return bench.clock.now() - atMs
    }
    const alone = await timeOf(0)

    expect(await timeOf(alone - 50)).toBeLessThan(alone + 20)
    expect(await timeOf(alone + 500)).toBeGreaterThanOrEqual(alone + 500)
  })

  it('makes many volumes, several at once', async () => {
    const volume = { name: 'data', sizeGb: 1, type: 'ssd' } as const
    const volumes = Array.from({ length: 127 }, () => ({ ...volume, uuid: crypto.randomUUID() }))
    const { end } = await bench.actions.start(createServer, bench.newServer({ volumes }))
    const startedAtMs = bench.clock.now()

    expect((await bench.clock.run(end)).kind).toBe('succeeded')

    const made = bench.cloud.objects().filter(({ kind }) => kind === 'volume')
    expect(made).toHaveLength(128)
    // One after the other they would take some 50 ms each on this cloud.
    expect(bench.clock.now() - startedAtMs).toBeLessThan(127 * 25)
  })

  it('says what could not be made, and nothing of what was in the way when it was cleaned up', async () => {
    const request = bench.newServer({ volumes: [] })
    bench.cloud.faults.replace([
      { operation: 'volumes.create', kind: 'error-state', times: 1 },
      { operation: 'volumes.delete', kind: 'refuse', times: 7 },
    ])
    await bench.clock.run((await bench.actions.start(createServer, request)).end)

    const { read } = bench.records
    const finding = serverRecords.require(read, bench.projectId, request.uuid, bench.clock.now())
    await expect(finding).rejects.toThrow('the volume could not be brought into the wanted state')
    await bench.clock.advance(300_000)
    expect((await bench.accounts()).objects).toEqual([])
  })

  it('says in words of its own that no host is left for a server of a group', async () => {
    const request = bench.newServer({ name: 'first', volumes: [] })
    await bench.clock.run((await bench.actions.start(createServer, request)).end)
    const apart = (name: string) => {
      const group = {
        kind: 'apart-from',
        serverUuid: request.uuid,
        newGroupUuid: crypto.randomUUID(),
      } as const
      return bench.newServer({ name, volumes: [], group })
    }
    const hosts = 8
    for (let count = 1; count < hosts; count++) {
      const { end } = await bench.actions.start(createServer, apart(`member-${count}`))
      expect((await bench.clock.run(end)).kind).toBe('succeeded')
    }

    const late = apart('late')
    await bench.clock.run((await bench.actions.start(createServer, late)).end)

    const { read } = bench.records
    await expect(serverRecords.require(read, bench.projectId, late.uuid, bench.clock.now())).rejects.toThrow(
      'the server could not be started, because each host of its zone has a server that it is to be kept apart from',
    )
    expect(await serverRecords.count(read, bench.projectId)).toBe(hosts)
  })
})
