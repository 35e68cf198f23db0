import { ValidationException } from 'evenkeel'
import { z } from 'zod'
import { type Cidr, overlap, parseCidr } from '../addressing/cidr.ts'
import { requireNothingRuns, requireSettled } from '../records/busy.ts'
import { cloudNetworkIdOf, networkRecords } from '../records/networks.ts'
import { requireReference } from '../records/reference.ts'
import { nameServersOf, subnetRecords, subnetsStillOnNetwork } from '../records/subnets.ts'
import type { Db } from '../records/tables.ts'
import type { Tags } from '../records/tags.ts'
import { aboutSubnet } from './about-subnet.ts'
import { action, changeOf } from './define.ts'
import { makeSubnet } from './steps/subnet.ts'
import { requireGatewayFits } from './subnet-gateway.ts'

/** A subnet to create, with everything that was left open decided. */
export interface CreateSubnetRequest {
  readonly uuid: string
  readonly projectId: string
  readonly networkUuid: string
  /** Canonical, and in a private range. */
  readonly cidr: string
  /** Canonical; null for none. */
  readonly gatewayAddress: string | null
  /** Null for the provider's. */
  readonly dnsServers: readonly string[] | null
  readonly tags: Tags
  /** With microseconds and `Z`. */
  readonly createdAt: string
}

const Input = z.object({
  subnetUuid: z.string(),
  networkId: z.string(),
  cidr: z.string(),
  settings: z.object({ gateway: z.string().nullable(), dnsServers: z.array(z.string()) }),
})

const Output = z.object({ subnetId: z.string() })

/** Creates a range of addresses on a network; or undoes it and leaves the reason. */
export const createSubnet = action('subnet.create', {
  version: 1,
  input: Input,
  output: Output,
  steps: [makeSubnet],

  creates: subnetRecords,
  about: (request: CreateSubnetRequest, db) =>
    aboutSubnet(request, db, { action: 'subnet_create', done: 'has been created' }),
  locks: async ({ uuid }: CreateSubnetRequest) => [`subnet:${uuid}`],

  async admit(request: CreateSubnetRequest, db: Db, context) {
    const { uuid, projectId, networkUuid, cidr, gatewayAddress } = request
    const network = await requireReference(db, networkRecords, projectId, networkUuid, 'network')
    await requireSettled(db, networkRecords, network)
    if (gatewayAddress !== null) requireGatewayFits(cidr, gatewayAddress)
    await requireApart(db, networkUuid, cidr)
    const change = changeOf('being created', context)
    await subnetRecords.insert(db, { ...request, deletedAt: null, change, cloudSubnetId: null })
    const settings = { gateway: gatewayAddress, dnsServers: [...nameServersOf(request)] }
    return { subnetUuid: uuid, networkId: cloudNetworkIdOf(network), cidr, settings }
  },

  async run({ networkId, cidr, settings }, { step }) {
    const { id: subnetId } = await step(makeSubnet, { networkId, cidr, settings })
    return { subnetId }
  },

  async onEnd(end, { subnetUuid }, db) {
    if (end.kind !== 'succeeded' || end.output === undefined) return
    await subnetRecords.update(db, subnetUuid, { cloudSubnetId: end.output.subnetId, change: null })
  },
})

/**
 * @throws {ValidationException} the range has addresses in common with another subnet of the network
 * @throws {ObjectBusyException} with one that is being deleted
 */
async function requireApart(db: Db, networkUuid: string, cidr: string): Promise<void> {
  const range = rangeOf(cidr)
  const overlapping = (await subnetsStillOnNetwork(db, networkUuid)).filter(other =>
    overlap(range, rangeOf(other.cidr)),
  )
  for (const other of overlapping) {
    if (other.deletedAt !== null) await requireNothingRuns(db, subnetRecords, other)
  }
  const [other] = overlapping
  if (other === undefined) return
  throw new ValidationException({
    cidr: `${cidr} overlaps with ${other.cidr}, which is subnet ${other.uuid} of the same network. Choose another range.`,
  })
}

/** Only what was read once is recorded. */
function rangeOf(cidr: string): Cidr {
  return parseCidr(cidr) as Cidr
}
