import { backgroundWith } from 'evenkeel'
import { memoryStats } from 'evenkeel/stats'
import { memoryTxLog } from 'evenkeel/tx-log'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listEvents } from '../records/events.ts'
import {
  countSuspendedServers,
  serversStillRunning,
  serversStillStopped,
} from '../records/suspended-servers.ts'
import { findSuspension } from '../records/suspensions.ts'
import { startServerAction, stopServerAction } from './change-power.ts'
import { createServer } from './create-server.ts'
import { deleteServer } from './delete-server.ts'
import { type ActionsBench, actionsBench } from './panel.fixture.ts'
import { performer } from './perform.ts'
import { resumeProject } from './resume-project.ts'
import { suspendProject } from './suspend-project.ts'
import { resumeServer, suspendServer } from './suspend-server.ts'
import { SuspensionKeeper } from './suspension-keeper.ts'
import type { Target } from './target.ts'

let bench: ActionsBench
/** The running keepers, each of which is a process. */
let keepers: SuspensionKeeper[]
let log: ReturnType<typeof memoryTxLog>

beforeEach(async () => {
  bench = await actionsBench()
  keepers = []
  log = memoryTxLog()
  keep()
})

afterEach(async () => {
  await Promise.all(keepers.map(keeper => bench.clock.run(keeper.stop())))
  await bench.dispose()
})

function keep(): void {
  const { actions, records, clock } = bench
  const background = backgroundWith({ stats: memoryStats(), log, clock })
  const perform = performer({ actions, records, clock })
  keepers.push(SuspensionKeeper.start({ records, perform, background, clock }))
}

/** Ends the process as a crash does, and begins the next one with what is durable. */
async function restart(): Promise<void> {
  for (const keeper of keepers.splice(0)) void keeper.stop()
  await bench.restart()
  keep()
}

const aMinute = () => bench.clock.advance(60_000)

type AnyAction = Parameters<ActionsBench['actions']['start']>[0]

async function done(action: AnyAction, request: unknown): Promise<void> {
  const { end } = await bench.actions.start(action, request)
  expect(await bench.clock.run(end)).toMatchObject({ kind: 'succeeded' })
}

async function running(name: string): Promise<Target> {
  const request = bench.newServer({ name, volumes: [] })
  await done(createServer, request)
  return { projectId: bench.projectId, uuid: request.uuid }
}

const suspend = () =>
  done(suspendProject, {
    projectId: bench.projectId,
    reason: 'abuse',
    message: 'We look into it.',
    suspendedBy: 'ada',
  })
const resume = () => done(resumeProject, { projectId: bench.projectId })

const powerOf = ({ uuid }: Target) => bench.statusOf(uuid)
/** Whether the servers run at the cloud, oldest first. */
const atCloud = () => bench.cloud.objects().flatMap(one => (one.kind === 'server' ? [one.power] : []))
const shutDown = () => countSuspendedServers(bench.records.read, bench.projectId)
const stillRunning = () => serversStillRunning(bench.records.read, bench.projectId, suspendServer.name)
const stillStopped = () => serversStillStopped(bench.records.read, bench.projectId, resumeServer.name)
const logged = async () =>
  (await listEvents(bench.records.read, bench.projectId, { limit: 100 })).map(({ message }) => message)

describe('a suspended project', () => {
  it('has its servers shut down, and started again when it is resumed: those that ran before', async () => {
    const [web, idle] = [await running('web'), await running('idle')]
    await done(stopServerAction, idle)

    await suspend()
    await aMinute()
    expect([await powerOf(web), await powerOf(idle)]).toEqual(['stopped', 'stopped'])
    expect(atCloud()).toEqual(['stopped', 'stopped'])
    expect([await shutDown(), await stillRunning()]).toEqual([1, []])

    await resume()
    await aMinute()
    expect([await powerOf(web), await powerOf(idle)]).toEqual(['running', 'stopped'])
    expect(atCloud()).toEqual(['running', 'stopped'])
    expect((await logged()).slice(-4)).toEqual([
      "Project 'Demo' has been suspended: We look into it.",
      "Server 'web' has been shut down, because its project is suspended",
      "Project 'Demo' has been resumed",
      "Server 'web' has been started, because its project is resumed",
    ])
  })

  it('lets what was under way come to its end, and shuts down what that brings up', async () => {
    const request = bench.newServer({ volumes: [] })
    const { end } = await bench.actions.start(createServer, request)

    await suspend()
    expect(await stillRunning()).toMatchObject([{ name: 'web1', reason: null }])
    expect(await bench.clock.run(end)).toMatchObject({ kind: 'succeeded' })
    await aMinute()

    expect(await powerOf(request)).toBe('stopped')
    await resume()
    await aMinute()
    expect(await powerOf(request)).toBe('running')
  })

  it('stays suspended where a server can not be shut down: that is told, and tried again until it can', async () => {
    const [stubborn, web] = [await running('stubborn'), await running('web')]
    bench.cloud.faults.replace([{ operation: 'compute.stopServer', kind: 'refuse', times: 3 }])

    await suspend()
    await bench.clock.advance(2_000)
    const shut = [await powerOf(stubborn), await powerOf(web)]
    expect(shut.toSorted()).toEqual(['running', 'running'])
    expect(await stillRunning()).toMatchObject([
      { reason: expect.stringContaining('the server could not be shut down') },
      { reason: expect.stringContaining('the server could not be shut down') },
    ])

    await aMinute()
    expect(await findSuspension(bench.records.read, bench.projectId)).toBeDefined()
    expect([await shutDown(), await stillRunning()]).toEqual([2, []])
  })

  it('is tried less and less often', async () => {
    await running('web')
    bench.cloud.faults.replace([{ operation: 'compute.stopServer', kind: 'busy', times: 1_000 }])

    await suspend()
    await bench.clock.advance(3_600_000)

    const tries = await log.query({ operation: 'suspensions.server.suspend' })
    expect(tries.length).toBeGreaterThanOrEqual(12)
    expect(tries.length).toBeLessThanOrEqual(20)
  })

  it('has its servers running, when it is resumed before they were shut down', async () => {
    const web = await running('web')
    await suspend()
    await bench.clock.advance(100)
    await resume()
    await aMinute()

    expect([await powerOf(web), ...atCloud()]).toEqual(['running', 'running'])
  })

  it('has its servers shut down, when it is suspended again while they are being started', async () => {
    const web = await running('web')
    await suspend()
    await aMinute()
    await resume()
    await bench.clock.advance(100)
    await suspend()
    await aMinute()
    expect([await powerOf(web), ...atCloud()]).toEqual(['stopped', 'stopped'])

    await resume()
    await aMinute()
    expect(await powerOf(web)).toBe('running')
  })
})

describe('a server of a project that was resumed', () => {
  it('is started as soon as it can be: until then is told why not', async () => {
    const web = await running('web')
    await suspend()
    await aMinute()
    bench.cloud.faults.replace([{ operation: 'compute.startServer', kind: 'refuse', times: 1 }])
    await resume()
    await bench.clock.advance(2_000)
    const late = await stillStopped()
    await aMinute()

    expect(late).toMatchObject([
      { uuid: web.uuid, name: 'web', reason: expect.stringContaining('the server could not be started') },
    ])
    expect([await powerOf(web), await stillStopped()]).toEqual(['running', []])
  })

  it('is left alone when its owner has started and stopped it meanwhile', async () => {
    const web = await running('web')
    await suspend()
    await aMinute()
    bench.cloud.faults.replace([{ operation: 'compute.startServer', kind: 'refuse', times: 1 }])
    await resume()
    await bench.clock.advance(1_000)
    await done(startServerAction, web)
    await done(stopServerAction, web)
    await aMinute()

    expect(await powerOf(web)).toBe('stopped')
  })

  it('is gone when its owner has deleted it meanwhile', async () => {
    const web = await running('web')
    await suspend()
    await aMinute()
    await resume()
    await done(deleteServer, web)
    await aMinute()

    expect([await powerOf(web), ...atCloud()]).toEqual([undefined])
  })
})

describe('a crash', () => {
  it.each(['suspended', 'resumed'])('leaves a project %s, whenever it comes', async wanted => {
    const web = await running('web')
    if (wanted === 'resumed') {
      await suspend()
      await aMinute()
    }
    for (let waitMs = 0; waitMs <= 1_200; waitMs += 150) {
      await (wanted === 'suspended' ? suspend() : resume())
      await bench.clock.advance(waitMs)
      await restart()
      await aMinute()

      const expected = wanted === 'suspended' ? 'stopped' : 'running'
      expect({ waitMs, at: [await powerOf(web), ...atCloud()] }).toEqual({ waitMs, at: [expected, expected] })
      await (wanted === 'suspended' ? resume() : suspend())
      await aMinute()
    }
  })
})
