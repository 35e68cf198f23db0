import Fastify from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { acceptsAll } from '../api/testing.ts'
import { readyPort } from '../cloud/cloud-harness.ts'
import { cloudInFakeTime, type EmbeddedHarness } from '../cloud/embedded/fake-time.ts'
import { temporaryRecords } from '../records/testing.ts'
import { operatorRoutes } from './operator-routes.ts'

describe('what operators see of the simulated cloud', () => {
  let harness: EmbeddedHarness
  let records: Awaited<ReturnType<typeof temporaryRecords>>
  beforeEach(async () => {
    harness = cloudInFakeTime()
    records = await temporaryRecords()
  })
  afterEach(async () => {
    harness.cloud.close()
    await records.dispose()
  })
  const seen = async (url: string) => {
    const app = Fastify()
    operatorRoutes(app, { cloud: harness.cloud, records: records.records, perform: acceptsAll })
    return (await app.inject({ url })).json()
  }

  it('is every object that it holds', async () => {
    const { id } = await readyPort(harness)

    expect(await seen('/cloud/objects')).toMatchObject([{ kind: 'port', id, state: 'ready' }])
  })

  it('is every event that was published', async () => {
    const event = {
      id: 7,
      projectId: 'demo',
      object: 'server:1',
      action: 'server_create',
      at: '2026-11-22T10:00:00Z',
    }
    await harness.cloud.events.publish(event)

    expect(await seen('/cloud/events')).toEqual([event])
  })
})
