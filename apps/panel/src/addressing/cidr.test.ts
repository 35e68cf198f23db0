import { BlockList } from 'node:net'
import { InternalException } from 'evenkeel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressOf, numberOf } from './address.ts'
import {
  addressAt,
  broadcastAddress,
  type Cidr,
  containsAddress,
  containsHost,
  dhcpRange,
  formatCidr,
  isWithin,
  networkAddress,
  overlap,
  parseCidr,
  sizeOf,
} from './cidr.ts'

const cidr = (text: string): Cidr => {
  const parsed = parseCidr(text)
  if (parsed === undefined) throw new Error(`${text} is no CIDR`)
  return parsed
}

const anyOf = (version: 4 | 6): fc.Arbitrary<Cidr> => {
  const bits = version === 4 ? 32 : 128
  return fc
    .tuple(fc.nat(bits), fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n }))
    .map(([prefixLength, number]) => {
      const size = 2n ** BigInt(bits - prefixLength)
      return { version, prefixLength, first: number - (number % size) }
    })
}
const anyCidr = fc.oneof(anyOf(4), anyOf(6))
/** Two of one version; mostly such that one may hold the other. */
const anyPair = fc.constantFrom<4 | 6>(4, 6).chain(version =>
  fc.tuple(anyOf(version), anyOf(version), fc.boolean()).map(([one, other, isNear]) => {
    if (!isNear) return [one, other] as const
    const near = { ...other, first: one.first - (one.first % sizeOf(other)) }
    return [one, near] as const
  }),
)

describe('CIDR notation', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['192.0.2.123/32', '192.0.2.123/32'],
    ['2001:0DB8:1:0::/56', '2001:db8:1::/56'],
    ['::/0', '::/0'],
    ['2001:db8::cafe/128', '2001:db8::cafe/128'],
  ])('%s is written %s', (text, canonical) => {
    expect(formatCidr(cidr(text))).toBe(canonical)
  })

  it.each([
    '',
    '10.0.0.0',
    '10.0.0.0/',
    '/24',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/2 4',
    '10.0.0.0/255.0.0.0',
    '10.0.0.0/8/8',
    'fe80::%eth0/64',
  ])('%j is none', text => {
    expect(parseCidr(text)).toBeUndefined()
  })

  it.each(['10.0.0.1/24', '10.0.1.0/23', '2001:db8::1/64', '128.0.0.0/0'])(
    '%s names no range, for its address lies within one',
    text => {
      expect(parseCidr(text)).toBeUndefined()
    },
  )

  it('is read as it was written', () => {
    fc.assert(
      fc.property(anyCidr, one => {
        expect(parseCidr(formatCidr(one))).toEqual(one)
      }),
    )
  })

  it('is told from what is none, whatever is written', () => {
    const text = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[0-9a-f:./]{0,24}$/),
      fc.stringMatching(/^[12]?\d(\.\d{1,3}){3}\/\d{1,2}$/),
    )
    fc.assert(
      fc.property(text, written => {
        const parsed = parseCidr(written)
        if (parsed !== undefined) expect(parseCidr(formatCidr(parsed))).toEqual(parsed)
      }),
    )
  })
})

describe('a range of addresses', () => {
  it('has a first address, and one for broadcasts', () => {
    expect(networkAddress(cidr('10.1.2.0/23'))).toBe('10.1.2.0')
    expect(broadcastAddress(cidr('10.1.2.0/23'))).toBe('10.1.3.255')
    expect(networkAddress(cidr('2001:db8::/64'))).toBe('2001:db8::')
  })

  it.each(['10.0.0.0/31', '10.0.0.0/32', '2001:db8::/64'])('%s has none for broadcasts', text => {
    expect(broadcastAddress(cidr(text))).toBeUndefined()
  })

  it('counts its addresses from 0', () => {
    expect(addressAt(cidr('10.0.0.0/8'), 256)).toBe('10.0.1.0')
    expect(addressAt(cidr('2001:db8::/64'), 2n ** 64n - 1n)).toBe('2001:db8::ffff:ffff:ffff:ffff')
    expect(sizeOf(cidr('10.0.0.0/24'))).toBe(256n)
  })

  it.each([-1, 256])('has no address number %i', index => {
    expect(() => addressAt(cidr('10.0.0.0/24'), index)).toThrow(InternalException)
  })

  it('contains exactly the addresses that Node says it does', () => {
    const near = anyCidr.chain(one =>
      fc
        .oneof(
          fc.constantFrom(-1n, 0n, sizeOf(one) - 1n, sizeOf(one)),
          fc.bigInt({ min: 0n, max: sizeOf(one) }),
        )
        .map(offset => ({ one, number: one.first + offset }))
        .filter(({ number }) => number >= 0n && number < 2n ** (one.version === 4 ? 32n : 128n)),
    )
    fc.assert(
      fc.property(near, ({ one, number }) => {
        const family = one.version === 4 ? 'ipv4' : 'ipv6'
        const { address } = addressOf(one.version, number)
        const list = new BlockList()
        list.addSubnet(networkAddress(one), one.prefixLength, family)

        expect(containsAddress(one, address)).toBe(list.check(address, family))
      }),
    )
  })

  it('contains no address of the other version, and nothing that is no address', () => {
    expect(containsAddress(cidr('::/0'), '10.0.0.1')).toBe(false)
    expect(containsAddress(cidr('0.0.0.0/0'), '::1')).toBe(false)
    expect(containsAddress(cidr('0.0.0.0/0'), 'nonsense')).toBe(false)
  })

  it.each([
    ['10.0.0.0/24', '10.0.0.1', true],
    ['10.0.0.0/24', '10.0.0.254', true],
    ['10.0.0.0/24', '10.0.0.0', false],
    ['10.0.0.0/24', '10.0.0.255', false],
    ['10.0.0.0/24', '10.0.1.1', false],
    ['10.0.0.0/23', '10.0.0.255', true],
    ['10.0.0.0/31', '10.0.0.0', true],
    ['10.0.0.1/32', '10.0.0.1', true],
    ['2001:db8::/64', '2001:db8:0:0::0', false],
    ['2001:db8::/64', '2001:db8::ffff:ffff:ffff:ffff', true],
  ])('%s for something at %s: %j', (text, address, isOne) => {
    expect(containsHost(cidr(text), address)).toBe(isOne)
  })

  it('overlaps with another one exactly when one of them is within the other', () => {
    fc.assert(
      fc.property(anyPair, ([one, other]) => {
        expect(overlap(one, other)).toBe(isWithin(one, other) || isWithin(other, one))
        expect(overlap(one, other)).toBe(overlap(other, one))
      }),
    )
  })

  it('is within another one exactly when its first and last address are', () => {
    fc.assert(
      fc.property(anyPair, ([one, other]) => {
        const ends = [networkAddress(one), addressAt(one, sizeOf(one) - 1n)]
        expect(isWithin(one, other)).toBe(ends.every(address => containsAddress(other, address)))
      }),
    )
  })

  it('has nothing in common with one of the other version', () => {
    expect(overlap(cidr('0.0.0.0/0'), cidr('::/0'))).toBe(false)
    expect(isWithin(cidr('10.0.0.0/8'), cidr('::/0'))).toBe(false)
  })
})

describe('the addresses that are given out by themselves', () => {
  it.each([
    ['10.0.5.0/24', '10.0.5.101', '10.0.5.254'],
    ['10.0.0.0/8', '10.0.0.101', '10.0.0.254'],
  ])('of %s go from %s to %s', (text, first, last) => {
    expect(dhcpRange(cidr(text))).toEqual({ first, last })
  })

  it.each(['10.0.0.0/25', '2001:db8::/64'])('%s has none', text => {
    expect(dhcpRange(cidr(text))).toBeUndefined()
  })

  it('lie within the range and are 154', () => {
    const large = anyOf(4).filter(({ prefixLength }) => prefixLength <= 24)
    fc.assert(
      fc.property(large, one => {
        const range = dhcpRange(one)
        const [first, last] = [range?.first ?? '', range?.last ?? '']
        const count = numberOf({ version: 4, address: last }) - numberOf({ version: 4, address: first }) + 1n
        expect([containsHost(one, first), containsHost(one, last), count]).toEqual([true, true, 154n])
      }),
    )
  })
})
