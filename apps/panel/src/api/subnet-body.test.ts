import { ValidationException } from 'evenkeel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalAddress } from '../addressing/address.ts'
import { formatCidr, parseCidr } from '../addressing/cidr.ts'
import { isPrivate } from '../addressing/private-ranges.ts'
import type { NewObjectContext } from './new-object.ts'
import { parseCreateSubnet, parsePatchSubnet } from './subnet-body.ts'

const network = '47cec963-fcd2-482f-bdb6-24461b2d47b1'
const context: NewObjectContext = {
  projectId: 'demo',
  defaultZone: 'rma1',
  createdAt: 'now',
  newUuid: () => 'new',
}
const parse = (body: unknown) => parseCreateSubnet(body, context)

/** What a body comes to: undefined if it is refused with fields that say why. */
function resultOf<T>(parsed: () => T): T | undefined {
  try {
    return parsed()
  } catch (thrown) {
    if (!(thrown instanceof ValidationException)) throw thrown
    expect(Object.values(thrown.data.fields).join('')).not.toBe('')
    return undefined
  }
}

const cidrText = fc.oneof(
  fc.string(),
  fc.tuple(fc.ipV4(), fc.nat(40)).map(([address, length]) => `${address}/${length}`),
  fc.tuple(fc.nat(255), fc.integer({ min: 7, max: 25 })).map(([byte, length]) => `10.${byte}.0.0/${length}`),
  fc.tuple(fc.ipV6(), fc.nat(130)).map(([address, length]) => `${address}/${length}`),
)
const addressText = fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('', '::', '0.0.0.0', '1.2.3'))
const anyBody = fc.record(
  {
    network: fc.oneof(fc.constant(network), fc.anything()),
    cidr: fc.oneof(cidrText, fc.anything()),
    gateway_address: fc.oneof(addressText, fc.anything()),
    dns_servers: fc.oneof(fc.array(addressText), fc.anything()),
    tags: fc.oneof(fc.constant({}), fc.anything()),
  },
  { requiredKeys: [] },
)

describe('the body of a new subnet', () => {
  it('is refused with the field that is wrong, or comes to a private range of 256 addresses or more', () => {
    fc.assert(
      fc.property(fc.record({ network: fc.constant(network), cidr: cidrText }), body => {
        const range = parseCidr(body.cidr)
        const isFine = range !== undefined && isPrivate(range) && range.prefixLength <= 24
        expect(resultOf(() => parse(body))?.cidr).toBe(isFine ? formatCidr(range) : undefined)
      }),
      { numRuns: 500 },
    )
  })

  it('is never anything but refused or understood, whatever is sent', () => {
    fc.assert(
      fc.property(fc.oneof(anyBody, fc.anything()), body => {
        const result = resultOf(() => parse(body))
        const addresses = [result?.gatewayAddress ?? [], result?.dnsServers ?? []].flat()
        for (const address of addresses) expect(canonicalAddress(address)?.address).toBe(address)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the body of a change of a subnet', () => {
  it('tells null, which is a value, from what is not given', () => {
    expect(parsePatchSubnet({ gateway_address: null, dns_servers: null, tags: null })).toEqual({
      gatewayAddress: null,
      dnsServers: null,
      tags: undefined,
    })
    expect(parsePatchSubnet({ cidr: '10.0.0.0/8' })).toEqual({})
    expect(parsePatchSubnet({ dns_servers: [] })).toEqual({ dnsServers: [] })
  })

  it('is never anything but refused or understood, whatever is sent', () => {
    fc.assert(
      fc.property(fc.oneof(anyBody, fc.anything()), body => {
        resultOf(() => parsePatchSubnet(body))
      }),
      { numRuns: 500 },
    )
  })
})
