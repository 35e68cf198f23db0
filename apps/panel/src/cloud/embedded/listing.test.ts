import { beforeEach, describe, expect, it } from 'vitest'
import { newKey, readyNetwork, readyPort } from '../cloud-harness.ts'
import { CloudRefusedException } from '../exceptions.ts'
import { cloudInFakeTime, type EmbeddedHarness } from './fake-time.ts'

describe('the embedded cloud, asked for a page', () => {
  let harness: EmbeddedHarness
  beforeEach(() => {
    harness = cloudInFakeTime()
  })

  it('has at most 1000 objects on it', async () => {
    const { dns } = harness.cloud
    for (let last = 0; last <= 1000; last += 1) {
      const address = `2001:db8::${last.toString(16)}`
      await dns.setPointer({ key: newKey(), address, name: 'web.example.org' })
    }

    const page = await dns.listPointers({ limit: 5000 })

    expect(page).toHaveLength(1000)
    expect(await dns.listPointers({ after: page.at(-1)?.id, limit: 5000 })).toHaveLength(1)
  })

  it.each([0, -1, 1.5, Number.NaN])('refuses one of %d objects', async limit => {
    await expect(harness.cloud.network.listPorts({ limit })).rejects.toBeInstanceOf(CloudRefusedException)
  })

  it('does not show what it has of itself: the public network is none of its networks', async () => {
    await readyPort(harness)
    const { id } = await readyNetwork(harness)

    expect((await harness.cloud.network.listNetworks({ limit: 10 })).map(network => network.id)).toEqual([id])
  })

  it('tells when each was made: a pointer that replaces another is new', async () => {
    const { cloud, clock } = harness
    const pointer = { key: newKey(), address: '203.0.113.7', name: 'web.example.org' }
    await cloud.dns.setPointer(pointer)
    clock.pass(1000)
    const replacedAtMs = clock.now() + 20 // a call takes effect after half of its time

    await cloud.dns.setPointer({ ...pointer, key: newKey() })

    expect(await cloud.dns.listPointers({ limit: 10 })).toMatchObject([{ madeAtMs: replacedAtMs }])
  })
})
