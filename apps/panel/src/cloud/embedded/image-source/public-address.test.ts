import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressOf } from '../../../addressing/address.ts'
import { parseCidr, sizeOf } from '../../../addressing/cidr.ts'
import { isPublicAddress } from './public-address.ts'

describe('a public address', () => {
  it.each([
    '1.1.1.1',
    '185.98.122.176',
    '172.32.0.1',
    '100.128.0.1',
    '2a00:1450:4001::8a',
    '2606:4700::1111',
  ])('is %s', address => {
    expect(isPublicAddress(address)).toBe(true)
  })

  it.each([
    ['this network', '0.0.0.0/8'],
    ['private', '10.0.0.0/8'],
    ['shared by a provider', '100.64.0.0/10'],
    ['loopback', '127.0.0.0/8'],
    ['link-local', '169.254.0.0/16'],
    ['private', '172.16.0.0/12'],
    ['private', '192.168.0.0/16'],
    ['documentation', '192.0.2.0/24'],
    ['documentation', '198.51.100.0/24'],
    ['documentation', '203.0.113.0/24'],
    ['benchmarks', '198.18.0.0/15'],
    ['multicast', '224.0.0.0/4'],
    ['reserved', '240.0.0.0/4'],
    ['unspecified', '::/128'],
    ['loopback', '::1/128'],
    ['IPv4 in IPv6', '::ffff:0:0/96'],
    ['IPv4 in IPv6, long ago', '::/96'],
    ['translated from IPv4', '64:ff9b::/96'],
    ['Teredo', '2001::/32'],
    ['documentation', '2001:db8::/32'],
    ['6to4', '2002::/16'],
    ['documentation', '3fff::/20'],
    ['unique-local', 'fc00::/7'],
    ['link-local', 'fe80::/10'],
    ['multicast', 'ff00::/8'],
  ])('is none that is %s: %s', (_, text) => {
    const range = parseCidr(text)
    if (range === undefined) throw new TypeError(text)

    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: sizeOf(range) - 1n }), offset => {
        expect(isPublicAddress(addressOf(range.version, range.first + offset).address)).toBe(false)
      }),
    )
  })

  it.each(['::FFFF:127.0.0.1', '::ffff:7f00:1', '0:0:0:0:0:ffff:a00:1', '2001:0DB8:0::1', 'fe80::1%eth0'])(
    'is not %s, however it is written',
    address => {
      expect(isPublicAddress(address)).toBe(false)
    },
  )

  it.each(['', 'localhost', '1.2.3', '0x7f000001', '1.1.1.1/32'])('is not what is no address: "%s"', text => {
    expect(isPublicAddress(text)).toBe(false)
  })
})
