import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CloudHarness, OpenCloud } from './cloud-harness.ts'
import type { PanelEvent } from './events.ts'
import { CloudTimeoutException } from './exceptions.ts'

/** What every `Events` must do. */
export function eventsContract(name: string, open: OpenCloud): void {
  describe(`${name} as where events go`, () => {
    let harness: CloudHarness
    beforeEach(async () => {
      harness = await open()
    })
    afterEach(() => harness.close())

    const newEvent = (id: number, object: string): PanelEvent => ({
      id,
      projectId: randomUUID(),
      object,
      action: 'server_create',
      at: '2026-11-22T10:00:00.123456Z',
    })
    /** What has arrived about an object by now. */
    const arrivals = async (object: string) => {
      await harness.settle()
      return (await harness.publishedEvents()).filter(event => event.object === object)
    }

    it('passes an event on as it is', async () => {
      const event = newEvent(1, `server:${randomUUID()}`)

      await harness.cloud.events.publish(event)

      expect(await arrivals(event.object)).toEqual([event])
    })

    it("passes an object's events on in their order", async () => {
      const object = `server:${randomUUID()}`
      const other = `volume:${randomUUID()}`
      for (const event of [
        newEvent(1, object),
        newEvent(2, other),
        newEvent(3, object),
        newEvent(5, object),
      ]) {
        await harness.cloud.events.publish(event)
      }

      expect((await arrivals(object)).map(({ id }) => id)).toEqual([1, 3, 5])
    })

    it('passes an event on once more that comes once more, or knows that it has done so', async () => {
      const event = newEvent(1, `server:${randomUUID()}`)
      await harness.cloud.events.publish(event)

      await harness.cloud.events.publish(event)

      expect(new Set((await arrivals(event.object)).map(({ id }) => id))).toEqual(new Set([1]))
    })

    it('takes an aborted call for one whose outcome is unknown', async () => {
      const publishing = harness.cloud.events.publish(newEvent(1, 'server:1'), AbortSignal.abort())

      await expect(publishing).rejects.toBeInstanceOf(CloudTimeoutException)
    })
  })
}
