import { describe, expect, it } from 'vitest'
import { checkThings } from './check-things.ts'
import { nothingSeenOrTold, promised } from './judged.fixture.ts'
import { ask, type Model } from './model.ts'
import type { SeenAndWhy } from './seen.ts'
import type { Fields, OwnedThing, ThingKind } from './things.ts'

/** A volume at the server `s1` that somebody was promised. */
function promisedVolume(): ReturnType<typeof promised> & { volume: OwnedThing } {
  const { model, server } = promised()
  const volume = promisedIn(model, 'volume', { sizeGb: 10, server: 's1' })
  return { model, server, volume }
}

function promisedIn(
  model: Model,
  kind: ThingKind,
  ...ordered: [fields?: Fields, of?: OwnedThing]
): OwnedThing {
  const thing = model.orderThing(kind, ...ordered)
  thing.id = `id-of-${thing.name}`
  thing.asks[0].answer = 'acknowledged'
  return thing
}

const shown = {
  href: '/v1/volumes/id-of-volume-2',
  uuid: 'id-of-volume-2',
  name: 'volume-2',
  size_gb: 10,
  server_uuids: ['s1'],
  tags: { thing: 'volume-2' },
}
const seeing = (fields: Partial<typeof shown> = {}): SeenAndWhy => ({
  ...nothingSeenOrTold,
  volumes: [{ ...shown, ...fields }],
})
const complaints = (model: Model, seen: SeenAndWhy) =>
  checkThings(model, seen).map(({ object, what }) => `${object} ${what}`)

describe('what was ordered by itself', () => {
  it('is there as it was promised', () => {
    const { model } = promisedVolume()

    expect(complaints(model, seeing())).toEqual([])
    expect(complaints(model, nothingSeenOrTold)).toEqual([
      'volume-2 id-of-volume-2 was acknowledged, and is gone',
    ])
    expect(complaints(model, seeing({ size_gb: 11 }))).toEqual([
      'volume-2 id-of-volume-2 has sizeGb 11, and must have 10',
    ])
  })

  it('has one size or the other when the answer to a change was lost', () => {
    const { model, volume } = promisedVolume()
    volume.may.sizeGb = [10, 20]

    expect(complaints(model, seeing({ size_gb: 20 }))).toEqual([])
    expect(complaints(model, seeing({ size_gb: 10 }))).toEqual([])
  })

  it('belongs to nothing only when its server was deleted', () => {
    const { model, server } = promisedVolume()
    const alone = seeing({ server_uuids: [] })

    expect(complaints(model, alone)).toEqual(['volume-2 id-of-volume-2 has server null, and must have s1'])
    ask(server, 'server.delete').answer = 'acknowledged'
    expect(complaints(model, alone)).toEqual([])
  })

  it('may be there or not when nobody heard of its creation, and must not when that was refused', () => {
    const { model, volume } = promisedVolume()
    volume.asks[0].answer = 'lost'

    expect(complaints(model, nothingSeenOrTold)).toEqual([])
    expect(complaints(model, seeing())).toEqual([])
    volume.asks[0].answer = 'refused'
    expect(complaints(model, seeing())).toEqual(['volume-2 id-of-volume-2 is there, though it was refused'])
  })

  it('does not come back once it was deleted, or seen to be gone', () => {
    const { model, volume } = promisedVolume()
    ask(volume, 'volume.delete').answer = 'lost'

    expect(complaints(model, nothingSeenOrTold)).toEqual([])
    expect(complaints(model, seeing())).toEqual([
      'volume-2 id-of-volume-2 is back, after its deletion was acknowledged',
    ])
  })

  it('is not there if nobody has ordered it', () => {
    expect(complaints(promised().model, seeing())).toEqual([
      'volume-2 id-of-volume-2 is there, and nobody has ordered it',
    ])
  })
})

describe('a load balancer', () => {
  const failed = 'Not found. Creation failed: no room. Nothing of it is left in your project. (incident A1)'
  const telling = (id: string | undefined) => ({
    ...nothingSeenOrTold,
    reasons: new Map([[id ?? '', failed]]),
  })
  const front = {
    href: '/v1/load-balancers/id-of-load-balancer-2',
    uuid: 'id-of-load-balancer-2',
    name: 'load-balancer-2',
    flavor: { slug: 'lb-standard' },
    vip_addresses: [],
    tags: { thing: 'load-balancer-2' },
  }
  const shownIn = (status: string) => ({ ...nothingSeenOrTold, loadBalancers: [{ ...front, status }] })

  it('may have been rolled back after its order was acknowledged, and its owner is told so', () => {
    const { model } = promised()
    const { id } = promisedIn(model, 'load-balancer')

    expect(complaints(model, shownIn('changing'))).toEqual([])
    expect(complaints(model, telling(id))).toEqual([])
    expect(complaints(model, shownIn('changing'))).toEqual([
      'load-balancer-2 id-of-load-balancer-2 is back, after its creation was rolled back',
    ])
  })

  it('is not rolled back any more once it has been seen to run', () => {
    const { model } = promised()
    const { id } = promisedIn(model, 'load-balancer')
    complaints(model, shownIn('error'))

    expect(complaints(model, telling(id))).toEqual([
      'load-balancer-2 id-of-load-balancer-2 was acknowledged, and is gone',
    ])
  })

  it('takes along what belongs to it, and nothing of that comes back', () => {
    const { model } = promised()
    const owner = promisedIn(model, 'load-balancer')
    const pool = promisedIn(model, 'load-balancer-pool', {}, owner)
    promisedIn(model, 'load-balancer-health-monitor', { pauseS: 2 }, pool)
    const monitor = {
      href: '/v1/load-balancers/health-monitors/x',
      load_balancer: front,
      type: 'tcp',
      delay_s: 2,
      tags: { thing: 'load-balancer-health-monitor-4' },
    }

    expect(complaints(model, { ...shownIn('running'), monitors: [monitor] })).toEqual([
      'load-balancer-pool-3 id-of-load-balancer-pool-3 was acknowledged, and is gone',
    ])
    ask(owner, 'load-balancer.delete').answer = 'lost'
    expect(complaints(model, nothingSeenOrTold)).toEqual([])
    expect(complaints(model, { ...nothingSeenOrTold, monitors: [monitor] })).toEqual([
      'load-balancer-health-monitor-4 id-of-load-balancer-health-monitor-4 is back, after its deletion was acknowledged',
    ])
  })

  it('is let go by its floating IP when it is deleted', () => {
    const { model } = promised()
    const owner = promisedIn(model, 'load-balancer')
    promisedIn(model, 'floating-ip', { target: owner.id ?? null })
    const floatingIp = {
      href: '/v1/floating-ips/192.0.2.1',
      network: '192.0.2.1/32',
      next_hop: null,
      reverse_ptr: null,
      server: null,
      load_balancer: null,
      tags: { thing: 'floating-ip-3' },
    }
    const alone = { ...nothingSeenOrTold, floatingIps: [floatingIp] }

    expect(complaints(model, { ...alone, ...shownIn('running'), floatingIps: [floatingIp] })).toEqual([
      'floating-ip-3 id-of-floating-ip-3 has target null, and must have id-of-load-balancer-2',
    ])
    ask(owner, 'load-balancer.delete').answer = 'acknowledged'
    expect(complaints(model, alone)).toEqual([])
  })
})

describe('an import of an image', () => {
  const seeing = (status: string) => ({
    ...nothingSeenOrTold,
    imports: [{ href: '/v1/custom-images/import/i1', status, tags: { thing: 'custom-image-2' } }],
  })

  it('may fail, and stays then', () => {
    const { model } = promised()
    promisedIn(model, 'custom-image')

    expect(complaints(model, seeing('in_progress'))).toEqual([])
    expect(complaints(model, seeing('failed'))).toEqual([])
    expect(complaints(model, nothingSeenOrTold)).toEqual([
      'custom-image-2 id-of-custom-image-2 was acknowledged, and is gone',
    ])
  })

  it('does not fail once it has been done', () => {
    const { model } = promised()
    promisedIn(model, 'custom-image')
    complaints(model, seeing('success'))

    expect(complaints(model, seeing('failed'))).toEqual([
      'custom-image-2 id-of-custom-image-2 has failed, after it was done',
    ])
  })
})
