import { beforeEach, describe, expect, it } from 'vitest'
import { CloudRefusedException } from '../exceptions.ts'
import { cloudInFakeTime, type EmbeddedHarness } from './fake-time.ts'

describe('a route of the embedded cloud', () => {
  let harness: EmbeddedHarness
  beforeEach(() => {
    harness = cloudInFakeTime()
  })
  const route = { key: 'route', prefix: '192.0.2.1/32', nextHop: '203.0.113.1' }

  it('is accepted first, and with the neighbours later; as is its withdrawal', async () => {
    const { routes } = harness.cloud

    expect((await routes.announce(route)).status).toEqual({ state: 'pending' })
    await harness.settle()
    expect((await routes.getRoute(route.prefix))?.status).toEqual({ state: 'ready' })
    await routes.withdraw(route.prefix, route.key)
    expect((await routes.getRoute(route.prefix))?.status).toEqual({ state: 'pending' })
    await harness.settle()
    expect(await routes.getRoute(route.prefix)).toBeUndefined()
  })

  it('is known however its prefix is written', async () => {
    const { routes } = harness.cloud
    await routes.announce({ ...route, prefix: '2001:0DB8:1:0::/56', nextHop: '2001:0db8::1' })

    expect(await routes.getRoute('2001:db8:1::/56')).toMatchObject({
      id: '2001:db8:1::/56',
      nextHop: '2001:db8::1',
    })
  })

  it.each([
    ['a prefix within a range', { prefix: '192.0.2.1/24' }, '192.0.2.1/24 is no CIDR notation'],
    ['no prefix', { prefix: '192.0.2.1' }, '192.0.2.1 is no CIDR notation'],
    ['a next hop of another version', { nextHop: '2001:db8::1' }, 'no address of IPv4'],
    ['no next hop', { nextHop: 'nonsense' }, 'no address of IPv4'],
    ['no key', { key: '' }, 'needs a key'],
  ])('is refused with %s', async (_, wrong, reason) => {
    const announcing = harness.cloud.routes.announce({ ...route, ...wrong })

    await expect(announcing).rejects.toBeInstanceOf(CloudRefusedException)
    await expect(announcing).rejects.toThrow(reason)
    expect(harness.cloud.objects()).toEqual([])
  })
})
