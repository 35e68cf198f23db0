import { z } from 'zod'
import type { WantedInterface } from '../actions/wanted-interfaces.ts'
import { canonicalAddress } from '../addressing/address.ts'
import { uuid } from './fields.ts'
import { wrongField } from './validate.ts'

const interfacesMax = 16

const address = z.string().transform((text, context) => {
  const canonical = canonicalAddress(text)
  if (canonical !== undefined) return canonical.address
  context.addIssue('Enter a valid IP address.')
  return z.NEVER
})

const interfaceEntry = z.object({
  network: z
    .union([z.literal('public'), uuid], {
      error: 'Must be a valid UUID. For the public network, write public.',
    })
    .optional(),
  addresses: z
    .array(z.object({ subnet: uuid, address: address.optional() }))
    .max(interfacesMax, `At most ${interfacesMax} addresses can be given.`)
    .optional(),
})

/** The interfaces of a server, in their order. */
export const interfacesField = z
  .array(interfaceEntry)
  .min(1, 'A server needs at least one interface, such as {"network": "public"}.')
  .max(interfacesMax, `At most ${interfacesMax} interfaces can be given.`)

type InterfaceEntry = z.output<typeof interfaceEntry>

/**
 * What the entries ask for.
 *
 * @param publicVersions the addresses that a public interface is given
 * @throws {ValidationException} an entry makes no sense
 */
export function wantedInterfaces(
  entries: readonly InterfaceEntry[],
  publicVersions: readonly (4 | 6)[],
): readonly WantedInterface[] {
  return entries.map(({ network, addresses }, at) => {
    const path = `interfaces[${at}]`
    if (network === 'public') {
      if (addresses === undefined || addresses.length === 0)
        return { kind: 'public', versions: publicVersions }
      throw wrongField(`${path}.addresses`, 'Public addresses are chosen by this panel. Leave the field out.')
    }
    if (addresses !== undefined && (network !== undefined || addresses.length > 0)) {
      const wanted = addresses.map(({ subnet: subnetUuid, address }) => ({ subnetUuid, address }))
      return { kind: 'of-subnets', networkUuid: network, addresses: wanted }
    }
    if (network !== undefined) return { kind: 'of-network', networkUuid: network }
    throw wrongField(
      path,
      'Must name a network, such as {"network": "public"}, or a subnet, as in {"addresses": [{"subnet": "<uuid>"}]}.',
    )
  })
}
