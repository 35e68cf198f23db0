import { afterEach, beforeEach, expect, it } from 'vitest'
import { createServer } from '../actions/create-server.ts'
import { deleteServer } from '../actions/delete-server.ts'
import { pointers } from './kinds/addresses.ts'
import { ports } from './kinds/networks.ts'
import { lookAgain } from './look-again.ts'
import { type ReconcilerBench, reconcilerBench, watchMs } from './reconciler.fixture.ts'

let bench: ReconcilerBench
beforeEach(async () => {
  bench = await reconcilerBench()
})
afterEach(() => bench.dispose())

it('what a creation gives back while it is looked at is not missing', async () => {
  const { actions, clock, cloud, records } = bench
  cloud.faults.replace([{ operation: 'compute.createServer', kind: 'refuse', times: 1 }])
  const { end } = await actions.start(createServer, bench.newServer({ volumes: [] }))
  const held = await records.read.selectFrom('addresses').select('address as id').execute()
  const getPointer = async () => {
    await end
    await clock.sleep(60_000)
    return undefined
  }

  const looker = {
    ...{ actions, records, watchMs, now: () => clock.now(), signal: new AbortController().signal },
    cloud: { ...cloud, dns: { ...cloud.dns, getPointer } },
  }
  const candidates = held.map(({ id }) => ({ id, key: undefined }))
  const { found } = await clock.run(lookAgain(looker, pointers, candidates))

  expect(held).toHaveLength(2)
  expect(found).toEqual([])
})

it('what a deletion gives back while it is looked at is not missing, either', async () => {
  const { actions, clock, cloud, records } = bench
  const server = bench.newServer({ volumes: [] })
  await bench.done(createServer, server)
  const { id } = bench.newest('port')
  let looks = 0
  const getPort = async (portId: string) => {
    // The deletion looks at it, too.
    if (looks++ > 0) return cloud.network.getPort(portId)
    const { end } = await actions.start(deleteServer, { projectId: server.projectId, uuid: server.uuid })
    await end
    await clock.sleep(60_000)
    return undefined
  }

  const looker = {
    ...{ actions, records, watchMs, now: () => clock.now(), signal: new AbortController().signal },
    cloud: { ...cloud, network: { ...cloud.network, getPort } },
  }
  const { found } = await clock.run(lookAgain(looker, ports, [{ id, key: undefined }]))

  expect(found).toEqual([])
})

it('what a deletion removes while it is looked at is no orphan', async () => {
  const { actions, clock, cloud, records } = bench
  const server = bench.newServer({ volumes: [] })
  await bench.done(createServer, server)
  const { id, key } = bench.newest('port')
  await clock.advance(watchMs)
  const { end } = await actions.start(deleteServer, { projectId: server.projectId, uuid: server.uuid })
  let looks = 0
  const getPort = async (portId: string) => {
    const port = await cloud.network.getPort(portId)
    if (looks++ > 0) return port
    await end
    await clock.sleep(60_000)
    return port
  }

  const looker = {
    ...{ actions, records, watchMs, now: () => clock.now(), signal: new AbortController().signal },
    cloud: { ...cloud, network: { ...cloud.network, getPort } },
  }
  const { found } = await clock.run(lookAgain(looker, ports, [{ id, key }]))

  expect(found).toEqual([])
})
