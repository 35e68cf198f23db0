import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PanelProcess } from '../src/demo/panel-process.ts'
import {
  allOver,
  ask,
  deleteEverything,
  operatorSees,
  orderFaults,
  runningServer,
  smallServer,
  startPanel,
} from './panel.fixture.ts'

let panel: PanelProcess

beforeAll(async () => {
  panel = await startPanel()
})

afterAll(() => panel[Symbol.asyncDispose]())

const create = (fields: object) =>
  ask(panel, { method: 'POST', path: '/v1/servers', body: { ...smallServer, ...fields } })

describe('a server beyond the quota', () => {
  it('is refused at once, with the limit, what is in use and what was asked for', async () => {
    await runningServer(panel)
    const before = await operatorSees.quotaUse(panel)

    const answer = await create({ volumes: [{ size_gb: 19_990 }] })

    expect(answer.status).toBe(400)
    expect(answer.headers).toMatchObject({
      'evenkeel-exception': 'PanelQuotaExceededException',
      'evenkeel-category': 'client',
    })
    expect(answer.json()['detail']).toBe(
      "This project's quota is 20000 GB of volumes: 10 are in use, and 20000 more were asked for. Delete what is not needed, or ask support for a higher quota.",
    )
    expect(await operatorSees.quotaUse(panel)).toEqual(before)
    expect(await operatorSees.actions(panel)).toHaveLength(1)
  })

  it('is refused when it is the flavor that asks for too much, also to a change', async () => {
    const { uuid } = await runningServer(panel)
    const path = `/v1/servers/${uuid}`
    await deleteEverything(panel)
    await allOver(panel)
    const two = [
      await create({ flavor: 'plus-192-96' }),
      await create({ flavor: 'plus-192-96', zone: 'lpg1' }),
    ]
    expect(two.map(({ status }) => status)).toEqual([201, 201])
    await create({ flavor: 'plus-192-96', zone: 'lpg1' })
    await create({ flavor: 'plus-192-96' })

    const fifth = await create({ flavor: 'plus-192-96' })

    expect(fifth.status).toBe(400)
    expect(fifth.json()['detail']).toContain('400 vCPUs')
    expect((await ask(panel, { path })).status).toBe(404)
    await deleteEverything(panel)
    await allOver(panel)
  })
})

describe('a server that the cloud has no room for', () => {
  it('is refused at once, as our failure and not as the customer’s', async () => {
    expect((await create({ flavor: 'gpu2-256-32-2-400' })).status).toBe(201)
    expect((await create({ flavor: 'gpu2-256-32-2-400' })).status).toBe(201)
    await allOver(panel)

    const answer = await create({ flavor: 'gpu2-128-16-1-200' })

    expect(answer.status).toBe(400)
    expect(answer.headers).toMatchObject({
      'evenkeel-exception': 'NoCapacityException',
      'evenkeel-category': 'dependency',
    })
    expect(answer.json()['detail']).toBe(
      'There is no room in zone rma1 for a server of flavor gpu2-128-16-1-200 at the moment. Try another zone or flavor, or try again later.',
    )
    expect((await create({ flavor: 'gpu2-128-16-1-200', zone: 'lpg1' })).status).toBe(201)
  })

  it('is created after all when the cloud can not say whether there is room', async () => {
    await orderFaults(panel, { operation: 'compute.hasRoom', kind: 'refuse', times: 1 })

    expect((await create({})).status).toBe(201)
  })
})
