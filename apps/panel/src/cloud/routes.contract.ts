import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CloudHarness, newKey, type OpenCloud } from './cloud-harness.ts'
import { CloudTimeoutException } from './exceptions.ts'
import type { Routes } from './routes.ts'

/** What every `Routes` must do. */
export function routesContract(name: string, open: OpenCloud): void {
  describe(`${name} as a router`, () => {
    let harness: CloudHarness
    let routes: Routes
    beforeEach(async () => {
      harness = await open()
      routes = harness.cloud.routes
    })
    afterEach(() => harness.close())

    const newRoute = () => ({
      key: newKey(),
      prefix: `${harness.freeAddress(4).address}/32`,
      nextHop: harness.freeAddress(4).address,
    })

    it.each([
      [4, 32],
      [6, 128],
    ] as const)('announces an address of IPv%i', async (version, length) => {
      const prefix = `${harness.freeAddress(version).address}/${length}`
      const nextHop = harness.freeAddress(version).address
      const key = newKey()

      await routes.announce({ key, prefix, nextHop })

      await harness.settle()
      expect(await routes.getRoute(prefix)).toEqual({ id: prefix, key, nextHop, status: { state: 'ready' } })
    })

    it('announces a range of IPv6', async () => {
      const route = { key: newKey(), prefix: '2001:db8:ff::/56', nextHop: harness.freeAddress(6).address }

      await routes.announce(route)

      await harness.settle()
      expect((await routes.getRoute(route.prefix))?.status).toEqual({ state: 'ready' })
    })

    it('finds the routes of a key as soon as they were accepted, and none under another key', async () => {
      const route = newRoute()

      await routes.announce(route)

      expect((await routes.findRoutes(route.key)).map(({ id }) => id)).toEqual([route.prefix])
      expect(await routes.findRoutes(newKey())).toEqual([])
    })

    it('puts a route in the place of the one that was there', async () => {
      const old = newRoute()
      await routes.announce(old)
      const next = { ...newRoute(), prefix: old.prefix }

      await routes.announce(next)

      await harness.settle()
      expect(await routes.getRoute(old.prefix)).toMatchObject({ key: next.key, nextHop: next.nextHop })
      expect(await routes.findRoutes(old.key)).toEqual([])
    })

    it('takes a second announcement for the first', async () => {
      const route = newRoute()
      await routes.announce(route)

      await routes.announce(route)

      await harness.settle()
      expect(await routes.findRoutes(route.key)).toHaveLength(1)
    })

    it('withdraws a route', async () => {
      const route = newRoute()
      await routes.announce(route)

      await routes.withdraw(route.prefix, route.key)

      await harness.settle()
      expect(await routes.getRoute(route.prefix)).toBeUndefined()
    })

    it("leaves somebody else's route alone", async () => {
      const theirs = newRoute()
      await routes.announce(theirs)

      await routes.withdraw(theirs.prefix, newKey())

      await harness.settle()
      expect((await routes.getRoute(theirs.prefix))?.key).toBe(theirs.key)
    })

    it('takes the withdrawal of an absent route for done', async () => {
      const { prefix, key } = newRoute()

      await routes.withdraw(prefix, key)

      expect(await routes.getRoute(prefix)).toBeUndefined()
    })

    it('takes an aborted call for one whose outcome is unknown', async () => {
      const announcing = routes.announce(newRoute(), AbortSignal.abort())

      await expect(announcing).rejects.toBeInstanceOf(CloudTimeoutException)
    })
  })
}
