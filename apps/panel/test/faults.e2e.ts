import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../src/demo/eventually.ts'
import type { PanelProcess } from '../src/demo/panel-process.ts'
import {
  type Answer,
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

beforeAll(async () => {
  panel = await startPanel()
})

afterAll(() => panel[Symbol.asyncDispose]())

/** The owner of a server that could not be created knows why, and operators find more under the number. */
async function expectToldWhy(answer: Answer, because: string): Promise<void> {
  expect(answer.status).toBe(404)
  const { detail = '' } = answer.json()
  expect(detail).toMatch(
    /^Not found\. Creation failed: .+ Nothing of it is left in your project\. \(incident \w+\)$/,
  )
  expect(detail).toContain(because)
  const [, incident = ''] = /\(incident (\w+)\)/.exec(detail) ?? []
  expect(await operatorSees.action(panel, incident)).toMatchObject({
    id: incident,
    name: 'server.create',
    state: 'rolled-back',
    cause: { exception: expect.stringMatching(/Exception$/), message: expect.any(String) },
  })
  // The log writes in batches.
  const transaction = await eventually('the transaction to be logged', async () => {
    const logged = await ask(panel, { path: `/console/api/transactions/${incident}` })
    return logged.status === 200 ? logged : undefined
  })
  expect(transaction.json()['operation']).toBe('server.create')
}

/** Nothing of it is left: neither in the cloud nor in the quota. */
async function expectNothingLeft(): Promise<void> {
  await deleteEverything(panel)
  await allOver(panel)
  expect(await operatorSees.objects(panel)).toEqual([])
  expect(await operatorSees.quotaUse(panel)).toEqual(nothingInUse)
  expect(await operatorSees.residue(panel)).toEqual([])
}

describe('a creation under a fault', () => {
  it.each([
    ['network.createPort', 'refuse', 'the network interface could not be made'],
    ['volumes.create', 'refuse', 'a volume could not be made'],
    ['compute.createServer', 'refuse', 'the server could not be started'],
    ['dns.setPointer', 'refuse', 'the reverse DNS entry could not be made'],
    ['volumes.create', 'busy', 'a volume could not be made'],
    ['compute.createServer', 'error-state', 'the server could not be brought into the wanted state'],
    ['network.createPort', 'lose-answer', 'the network interface could not be looked up'],
  ])(
    'that outlasts every attempt is undone, and its owner is told why: %s %s',
    async (operation, kind, because) => {
      // Also the looks after a lost answer fail, so that nobody can ever say what happened.
      const reads = ['network.findPorts', 'network.getPort'].map(read => ({
        operation: read,
        kind: 'busy',
        times: 40,
      }))
      await orderFaults(panel, { operation, kind }, ...(kind === 'lose-answer' ? reads : []))

      const created = await createServer(panel, { volumes: [{ size_gb: 20 }] })
      const end = await endOfCreation(panel, created)
      await orderFaults(panel)

      await expectToldWhy(end, because)
      expect((await endOfCreation(panel, await createServer(panel))).status).toBe(200) // at once
      await expectNothingLeft()
    },
  )

  it.each([
    ['network.createPort', 'lose-answer'],
    ['volumes.create', 'late-effect'],
    ['compute.createServer', 'busy'],
    ['compute.createServer', 'late-effect'],
    ['volumes.create', 'error-state'],
    ['compute.createServer', 'slow'],
    ['dns.setPointer', 'lose-answer'],
  ])('that passes ends in a server that runs: %s %s', async (operation, kind) => {
    await orderFaults(panel, { operation, kind, times: 1, delayMs: 250 })

    const created = await createServer(panel, { volumes: [{ size_gb: 20 }] })
    const end = await endOfCreation(panel, created)

    expect(end.json<ApiServer>().status).toBe('running')
    const before = await allOver(panel) // whatever came late is gone again
    expect(before[0]).toMatchObject({ name: 'server.create', state: 'succeeded' })
    const kinds = (await operatorSees.objects(panel)).map(({ kind }) => kind).sort()
    expect(kinds).toEqual(['pointer', 'pointer', 'port', 'server', 'volume', 'volume'])
    await expectNothingLeft()
  })
})

describe('a deletion under a fault', () => {
  it.each([
    ['compute.deleteServer', 'busy'],
    ['compute.deleteServer', 'lose-answer'],
    ['network.deletePort', 'late-effect'],
    ['volumes.delete', 'error-state'],
    ['dns.removePointer', 'refuse'],
    ['dns.removePointer', 'slow'],
  ])(
    'is a deletion for its owner at once, and nothing is left in the end: %s %s',
    async (operation, kind) => {
      const { uuid } = await runningServer(panel)
      await orderFaults(panel, { operation, kind, times: 1, delayMs: 250 })

      expect((await ask(panel, { method: 'DELETE', path: `/v1/servers/${uuid}` })).status).toBe(204)

      expect((await ask(panel, { path: `/v1/servers/${uuid}` })).status).toBe(404)
      expect(await operatorSees.quotaUse(panel)).toEqual(nothingInUse)
      await expectNothingLeft()
    },
  )

  it('shows operators what could not be removed yet, and who tries again when', async () => {
    const { uuid } = await runningServer(panel)
    await orderFaults(panel, { operation: 'volumes.delete', kind: 'refuse' })
    await ask(panel, { method: 'DELETE', path: `/v1/servers/${uuid}` })

    const [residue] = await eventually('the volume to be residue', async () => {
      const all = await operatorSees.residue(panel)
      return all.length > 0 ? all : undefined
    })

    expect(residue).toMatchObject({
      action: 'server.delete',
      step: 'volume.removal',
      actor: 'janitor',
      lastException: { exception: 'CloudRefusedException' },
    })
    expect(residue?.nextTryMs).toBeGreaterThan(residue?.sinceMs ?? Number.POSITIVE_INFINITY)
    expect(await operatorSees.quotaUse(panel)).toEqual(nothingInUse) // the provider's matter, not its owner's
    await orderFaults(panel)
    await expectNothingLeft()
  })
})

describe('a change under a fault', () => {
  it('leaves the server as it was when it can not be made', async () => {
    const server = await runningServer(panel)
    const path = `/v1/servers/${server.uuid}`
    await orderFaults(panel, { operation: 'compute.stopServer', kind: 'refuse', times: 1 })

    expect((await ask(panel, { method: 'POST', path: `${path}/stop` })).status).toBe(204)

    await allOver(panel)
    expect((await ask(panel, { path })).json<ApiServer>().status).toBe('running')
    expect((await ask(panel, { method: 'POST', path: `${path}/stop` })).status).toBe(204)
    await expectNothingLeft()
  })
})
