import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { regions } from '../catalogue.ts'
import { type Cidr, formatCidr, overlap, parseCidr } from './cidr.ts'
import { type FloatingPool, floatingPoolFor } from './floating-pools.ts'
import { subnetsOf } from './pools.ts'

const scopes = [...regions.map(({ slug }) => slug), null]
const kinds = scopes.flatMap(region => [
  { version: 4 as const, isNetwork: false, region },
  { version: 6 as const, isNetwork: false, region },
  { version: 6 as const, isNetwork: true, region },
])

function networkNumber({ addressOf, prefixLength }: FloatingPool, ordinal: number): Cidr {
  const cidr = parseCidr(`${addressOf(ordinal)}/${prefixLength}`)
  if (cidr === undefined) throw new TypeError(`number ${ordinal} is no network`)
  return cidr
}

describe('the pools of floating addresses', () => {
  it('are there for every region and for global ones, of each kind', () => {
    const pools = kinds.map(floatingPoolFor)

    expect(new Set(pools.map(({ name }) => name)).size).toBe(kinds.length)
    expect(pools.map(({ version }) => version)).toEqual(kinds.map(({ version }) => version))
  })

  it('begin with addresses that are short to read', () => {
    const first = kinds.map(kind => formatCidr(networkNumber(floatingPoolFor(kind), 0)))

    expect(first).toEqual([
      '192.0.2.1/32',
      '2001:db8:100::10/128',
      '2001:db8:1000::/56',
      '192.0.2.129/32',
      '2001:db8:200::10/128',
      '2001:db8:2000::/56',
      '100.66.0.1/32',
      '2001:db8::10/128',
      '2001:db8:3000::/56',
    ])
  })

  it('go on in the next range when one is used up, and give neither its own address nor the one for broadcasts', () => {
    const { addressOf } = floatingPoolFor({ version: 4, isNetwork: false, region: 'rma' })

    expect(addressOf(125)).toBe('192.0.2.126')
    expect(addressOf(126)).toBe('100.64.0.1')
  })

  it('refuse a number that they do not have', () => {
    const { addressOf, size } = floatingPoolFor({ version: 6, isNetwork: true, region: null })

    expect(addressOf(size - 1)).toBe('2001:db8:3fff:ff00::')
    expect(() => addressOf(size)).toThrow('global/56')
  })

  it('never give the same address twice, whichever pool and number it is from', () => {
    const somewhere = fc
      .constantFrom(...kinds.map(floatingPoolFor))
      .chain(pool => fc.nat({ max: pool.size - 1 }).map(ordinal => ({ pool, ordinal })))
    fc.assert(
      fc.property(somewhere, somewhere, (one, other) => {
        const isSame = one.pool === other.pool && one.ordinal === other.ordinal
        const [first, second] = [one, other].map(({ pool, ordinal }) => networkNumber(pool, ordinal))
        expect(overlap(first as Cidr, second as Cidr)).toBe(isSame)
      }),
    )
  })

  it('have nothing in common with the addresses that servers get', () => {
    const subnets = regions
      .flatMap(({ zones }) => zones)
      .flatMap(zone => [...subnetsOf(zone, 4), ...subnetsOf(zone, 6)])
      .flatMap(({ cidr }) => parseCidr(cidr) ?? [])

    for (const kind of kinds) {
      const pool = floatingPoolFor(kind)
      for (const ordinal of [0, 126, pool.size - 1].filter(ordinal => ordinal < pool.size)) {
        expect(subnets.some(subnet => overlap(subnet, networkNumber(pool, ordinal)))).toBe(false)
      }
    }
  })
})
