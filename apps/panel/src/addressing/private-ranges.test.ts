import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Cidr, formatCidr, overlap, parseCidr } from './cidr.ts'
import { isPrivate, unusedPrivateRange } from './private-ranges.ts'

const cidr = (text: string) => parseCidr(text) as Cidr
const unused = (...used: readonly string[]) => formatCidr(unusedPrivateRange(used.map(cidr)))

describe('private ranges', () => {
  it.each([
    ['10.0.0.0/8', true],
    ['10.255.255.0/24', true],
    ['172.16.0.0/12', true],
    ['172.32.0.0/24', false],
    ['172.0.0.0/8', false],
    ['192.168.42.0/24', true],
    ['192.0.2.0/24', false],
    ['0.0.0.0/0', false],
    ['fd00::/8', false],
  ])('%s: %j', (text, is) => {
    expect(isPrivate(cidr(text))).toBe(is)
  })
})

describe('the range of a network that is told none', () => {
  it('is the lowest one', () => {
    expect(unused()).toBe('172.16.0.0/24')
  })

  it('is not one that is in use already, whole or in part', () => {
    expect(unused('172.16.0.0/24')).toBe('172.16.1.0/24')
    expect(unused('172.16.2.0/24', '172.16.0.0/24')).toBe('172.16.1.0/24')
    expect(unused('172.16.0.0/13')).toBe('172.24.0.0/24')
  })

  it('is found in the next private range when one is used up', () => {
    expect(unused('172.16.0.0/12')).toBe('192.168.0.0/24')
    expect(unused('172.16.0.0/12', '192.168.0.0/16')).toBe('10.0.0.0/24')
  })

  it('is one in use when all are: networks are apart', () => {
    expect(unused('172.16.0.0/12', '192.168.0.0/16', '10.0.0.0/8')).toBe('172.16.0.0/24')
  })

  it('never has an address in common with those in use, in whatever order they are told', () => {
    const some = fc
      .tuple(fc.integer({ min: 16, max: 24 }), fc.nat(0xfffff))
      .map(([prefixLength, offset]): Cidr => {
        const size = 1n << BigInt(32 - prefixLength)
        const number = cidr('172.16.0.0/12').first + BigInt(offset % 0x2000)
        return { version: 4, prefixLength, first: number - (number % size) }
      })
    fc.assert(
      fc.property(fc.array(some, { maxLength: 40 }), used => {
        const chosen = unusedPrivateRange(used)

        expect(chosen.prefixLength).toBe(24)
        expect(used.filter(one => overlap(one, chosen))).toEqual([])
      }),
    )
  })
})
