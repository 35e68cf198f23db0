import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Address, addressOf, canonicalAddress, numberOf } from './address.ts'

const any = fc.oneof(
  fc.ipV4().map(text => ({ version: 4 as const, text })),
  fc.ipV6().map(text => ({ version: 6 as const, text })),
)

const canonical = (text: string): Address => {
  const address = canonicalAddress(text)
  if (address === undefined) throw new Error(`${text} is no address`)
  return address
}

describe('an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:0DB8:0:0::0001', '2001:db8::1'],
    ['::FFFF:192.0.2.1', '::ffff:192.0.2.1'],
    ['0:0:0:0:0:0:0:0', '::'],
  ])('%s is written %s', (text, canonical) => {
    expect(canonicalAddress(text)?.address).toBe(canonical)
  })

  it.each([
    '',
    'nonsense',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '256.1.1.1',
    'fe80::1%eth0',
    '1::2::3',
    ' 1.2.3.4',
  ])('%j is none', text => {
    expect(canonicalAddress(text)).toBeUndefined()
  })

  it('is the same address as a number and back, however it is written', () => {
    fc.assert(
      fc.property(any, ({ version, text }) => {
        const address = canonical(text)
        expect(addressOf(version, numberOf(address))).toEqual(address)
      }),
    )
  })

  it('is written canonically already once it was', () => {
    fc.assert(
      fc.property(any, ({ text }) => {
        const address = canonical(text)
        expect(canonicalAddress(address.address)).toEqual(address)
      }),
    )
  })

  it.each([
    ['0.0.0.0', 0n],
    ['1.2.3.4', 0x01020304n],
    ['255.255.255.255', 2n ** 32n - 1n],
    ['::', 0n],
    ['::1', 1n],
    ['::1.2.3.4', 0x01020304n],
    ['1::', 2n ** 112n],
    ['2001:db8::1', 0x20010db8_00000000_00000000_00000001n],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 2n ** 128n - 1n],
  ])('%s has the bits %s', (text, number) => {
    expect(numberOf(canonical(text))).toBe(number)
  })
})
