import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../src/demo/eventually.ts'
import type { PanelProcess } from '../src/demo/panel-process.ts'
import {
  type ApiServer,
  allOver,
  ask,
  createServer,
  deleteEverything,
  endOfCreation,
  nothingInUse,
  operatorSees,
  orderFaults,
  runningServer,
  startPanel,
} from './panel.fixture.ts'

let panel: PanelProcess

beforeEach(async () => {
  panel = await startPanel()
})

afterEach(() => panel[Symbol.asyncDispose]())

const remove = (uuid: string) => ask(panel, { method: 'DELETE', path: `/v1/servers/${uuid}` })

async function expectNothingLeft(): Promise<void> {
  await deleteEverything(panel)
  await allOver(panel)
  expect(await operatorSees.objects(panel)).toEqual([])
  expect(await operatorSees.quotaUse(panel)).toEqual(nothingInUse)
}

/** Waits until a creation has made an object of this kind. */
function made(kind: string): Promise<true> {
  return eventually(`a ${kind} to be made`, async () => {
    const objects = await operatorSees.objects(panel)
    return objects.some(object => object.kind === kind) ? true : undefined
  })
}

describe('a process that is killed by a fault, after the effect and before the answer', () => {
  it.each(['volumes.create', 'compute.createServer'])(
    'finishes the creation after its restart: %s',
    async operation => {
      await orderFaults(panel, { operation, kind: 'crash', times: 1 })
      const created = await createServer(panel)

      expect((await panel.end).signal).toBe('SIGKILL')
      await panel.start()

      expect((await endOfCreation(panel, created)).json<ApiServer>().status).toBe('running')
      await expectNothingLeft()
    },
  )

  it('finishes the deletion after its restart', async () => {
    const { uuid } = await runningServer(panel)
    await orderFaults(panel, { operation: 'compute.deleteServer', kind: 'crash', times: 1 })

    expect((await remove(uuid)).status).toBe(204)
    expect((await panel.end).signal).toBe('SIGKILL')
    await panel.start()

    expect((await ask(panel, { path: `/v1/servers/${uuid}` })).status).toBe(404)
    await expectNothingLeft()
  })
})

describe('a process that is killed from outside', () => {
  it('brings every creation and deletion to its end after its restart', async () => {
    const settled = await runningServer(panel)
    await orderFaults(panel, { operation: 'compute.createServer', kind: 'slow' })
    const created = await Promise.all(['a', 'b', 'c'].map(name => createServer(panel, { name })))
    await remove(settled.uuid)
    await made('server')

    await panel.kill()
    await panel.start()

    const ends = await Promise.all(created.map(server => endOfCreation(panel, server)))
    expect(ends.map(end => end.json<ApiServer>().status)).toEqual(['running', 'running', 'running'])
    expect((await ask(panel, { path: `/v1/servers/${settled.uuid}` })).status).toBe(404)
    await expectNothingLeft()
  })
})

describe('a process that is told to stop', () => {
  it('pauses what is under way within seconds, and the next one goes on with it', async () => {
    await panel.stop()
    await panel.start({ CLOUD_LATENCY: '1' })
    const created = await createServer(panel)
    await made('port')

    const end = await Promise.race([
      panel.stop(),
      eventually('nothing', () => undefined, { withinMs: 8_000 }),
    ])

    expect(end).toEqual({ code: 0, signal: null })
    expect(panel.stderr).toBe('')
    await panel.start()
    expect((await endOfCreation(panel, created)).json<ApiServer>().status).toBe('running')
    await expectNothingLeft()
  })

  it('ends likewise on Ctrl-C', async () => {
    expect(await panel.signal('SIGINT')).toEqual({ code: 0, signal: null })
  })
})

describe('a deletion in the middle of a creation', () => {
  it.each(['port', 'volume', 'server'])('calls it off, once there is a %s', async kind => {
    await orderFaults(panel, { operation: 'compute.createServer', kind: 'slow' })
    const { uuid } = await createServer(panel)
    await made(kind)

    expect((await remove(uuid)).status).toBe(204)

    const answer = await ask(panel, { path: `/v1/servers/${uuid}` })
    expect(answer.status).toBe(404)
    expect(answer.json()['detail']).not.toContain('failed') // its owner wanted it so
    await allOver(panel)
    expect(await operatorSees.objects(panel)).toEqual([])
    expect(await operatorSees.quotaUse(panel)).toEqual(nothingInUse)
  })
})
