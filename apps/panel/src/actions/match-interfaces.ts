import type { InterfaceRecord } from '../records/interfaces.ts'
import type { SubnetAddressRecord } from '../records/subnet-addresses.ts'
import type { FoundInterface } from './wanted-interfaces.ts'

/** An interface that a server has, with its private addresses. */
export interface PresentInterface extends InterfaceRecord {
  readonly addresses: readonly Pick<SubnetAddressRecord, 'subnetUuid' | 'address'>[]
}

/**
 * Which of a server's interfaces are what is wanted, so that they stay with their addresses: none is taken twice, and who
 * asks for certain addresses chooses first.
 *
 * @returns for each wanted one the present one that it is, or undefined
 */
export function matchInterfaces<Present extends PresentInterface>(
  present: readonly Present[],
  wanted: readonly FoundInterface[],
): readonly (Present | undefined)[] {
  const left = new Set(present)
  const matches: (Present | undefined)[] = wanted.map(() => undefined)
  for (const degree of ['certain', 'free'] as const) {
    for (const [at, one] of wanted.entries()) {
      if (degreeOf(one) !== degree) continue
      const match = [...left].find(candidate => isThat(candidate, one))
      if (match === undefined) continue
      left.delete(match)
      matches[at] = match
    }
  }
  return matches
}

function degreeOf(wanted: FoundInterface): 'certain' | 'free' {
  const isCertain = wanted.kind === 'private' && wanted.addresses.some(({ address }) => address !== undefined)
  return isCertain ? 'certain' : 'free'
}

function isThat({ networkUuid, addresses }: PresentInterface, wanted: FoundInterface): boolean {
  if (wanted.kind === 'public') return networkUuid === null
  if (networkUuid !== wanted.network.uuid) return false
  if (wanted.isAnyAddress) return addresses.length > 0
  return (
    addresses.length === wanted.addresses.length &&
    wanted.addresses.every(({ subnet, address }, at) => {
      const has = addresses[at]
      return has?.subnetUuid === subnet.uuid && (address === undefined || address === has.address)
    })
  )
}
