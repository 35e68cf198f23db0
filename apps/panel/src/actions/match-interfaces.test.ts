import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NetworkRecord } from '../records/networks.ts'
import { someSubnet } from '../records/testing.ts'
import { matchInterfaces, type PresentInterface } from './match-interfaces.ts'
import type { FoundInterface } from './wanted-interfaces.ts'

const publicOne: FoundInterface = { kind: 'public', versions: [4, 6] }

/** On the network `a` or `b`, which has one subnet of the same name. */
function wantedOn(
  name: string,
  addresses: readonly (string | undefined)[] | 'any' = 'any',
): Exclude<FoundInterface, { kind: 'public' }> {
  const subnet = someSubnet({ uuid: `subnet of ${name}`, networkUuid: name })
  return {
    kind: 'private',
    network: { uuid: name } as NetworkRecord,
    addresses: addresses === 'any' ? [] : addresses.map(address => ({ subnet, address })),
    isAnyAddress: addresses === 'any',
    subnets: [subnet],
    path: 'interfaces[0]',
  }
}

function present(uuid: string, network: string | null, ...addresses: readonly string[]): PresentInterface {
  const of = { serverUuid: 'server', position: 0, networkUuid: network, cloudPortId: `port of ${uuid}` }
  const own = addresses.map(address => ({ subnetUuid: `subnet of ${network}`, address }))
  return { uuid, ...of, addresses: own }
}

function matches(has: readonly PresentInterface[], wanted: readonly FoundInterface[]) {
  return matchInterfaces(has, wanted).map(match => match?.uuid)
}

describe('matchInterfaces', () => {
  it('finds public by public, whatever addresses it has', () => {
    expect(matches([present('1', 'a', '10.0.0.1'), present('2', null)], [publicOne])).toEqual(['2'])
  })

  it('finds one of the network where any address will do, but none without an address', () => {
    const has = [present('1', 'a'), present('2', 'b', '10.0.0.1'), present('3', 'a', '10.0.0.9')]

    expect(matches(has, [wantedOn('a')])).toEqual(['3'])
    expect(matches(has, [wantedOn('a', [])])).toEqual(['1'])
  })

  it('finds the wanted address, or any of the wanted subnet', () => {
    const has = [present('1', 'a', '10.0.0.1'), present('2', 'a', '10.0.0.2')]

    expect(matches(has, [wantedOn('a', ['10.0.0.2']), wantedOn('a', [undefined])])).toEqual(['2', '1'])
    expect(matches(has, [wantedOn('a', ['10.0.0.3'])])).toEqual([undefined])
  })

  it('lets who wants certain addresses choose first', () => {
    const has = [present('1', 'a', '10.0.0.1'), present('2', 'a', '10.0.0.2')]

    expect(matches(has, [wantedOn('a'), wantedOn('a', ['10.0.0.1'])])).toEqual(['2', '1'])
  })

  it('takes none twice, and leaves none that would do for one that is missing', () => {
    const anyNetwork = fc.constantFrom(null, 'a', 'b')
    const anyPresent = fc.array(anyNetwork, { maxLength: 6 }).map(networks =>
      networks.map((network, at) => {
        const addresses = network === null ? [] : [`10.0.0.${at + 1}`]
        return present(`${at}`, network, ...addresses)
      }),
    )
    const anyWanted = fc
      .array(anyNetwork, { maxLength: 6 })
      .map(networks => networks.map(network => (network === null ? publicOne : wantedOn(network))))

    fc.assert(
      fc.property(anyPresent, anyWanted, (has, wanted) => {
        const found = matchInterfaces(has, wanted)

        const taken = found.filter(match => match !== undefined)
        expect(new Set(taken).size).toBe(taken.length)
        const left = has.filter(one => !taken.includes(one))
        for (const [at, match] of found.entries()) {
          const one = wanted[at] as FoundInterface
          const network = one.kind === 'public' ? null : one.network.uuid
          if (match !== undefined) expect(match.networkUuid).toBe(network)
          else expect(left.map(({ networkUuid }) => networkUuid)).not.toContain(network)
        }
      }),
    )
  })
})
