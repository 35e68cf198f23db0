import { z } from 'zod'
import { type Cidr, formatCidr, parseCidr } from '../addressing/cidr.ts'
import { unusedPrivateRange } from '../addressing/private-ranges.ts'
import { newCreatedAt } from '../records/created-at.ts'
import { findNetworkNamed, networkRecords } from '../records/networks.ts'
import { checkQuota } from '../records/quota.ts'
import { nameServersOf, subnetRecords } from '../records/subnets.ts'
import type { Db } from '../records/tables.ts'
import type { Tags } from '../records/tags.ts'
import { action, changeOf } from './define.ts'
import { refuseIfAlready } from './nothing-to-do.ts'
import { makeNetwork } from './steps/network.ts'
import { makeSubnet } from './steps/subnet.ts'

/** A network to create, with everything that was left open decided. */
export interface CreateNetworkRequest {
  readonly uuid: string
  readonly projectId: string
  readonly name: string
  readonly zone: string
  /** The largest packet, in bytes. */
  readonly mtu: number
  /** Of the subnet that is made along with it, in a private range that the project doesn't use yet; undefined for none. */
  readonly subnetUuid: string | undefined
  /** It is made only where the project has none of its name in the zone. @default false */
  readonly isOnlyOne?: boolean
  readonly tags: Tags
  /** With microseconds and `Z`, for the network and its subnet. */
  readonly createdAt: string
}

const Input = z.object({
  networkUuid: z.string(),
  zone: z.string(),
  name: z.string(),
  mtu: z.int(),
  subnet: z.object({ uuid: z.string(), cidr: z.string() }).nullable(),
})

const Output = z.object({ networkId: z.string(), subnetId: z.string().nullable() })

/** Creates a private network, with a subnet if one is asked for; or undoes both and leaves the reason. */
export const createNetwork = action('network.create', {
  version: 1,
  input: Input,
  output: Output,
  steps: [makeNetwork, makeSubnet],

  creates: networkRecords,
  about: ({ projectId, uuid, name }: CreateNetworkRequest) => ({
    projectId,
    kind: networkRecords.kind,
    uuid,
    name,
    log: { action: 'network_create', message: `Network '${name}' has been created` },
  }),

  locks: async ({ uuid, subnetUuid }: CreateNetworkRequest) => [
    `network:${uuid}`,
    ...(subnetUuid === undefined ? [] : [`subnet:${subnetUuid}`]),
  ],

  async admit({ subnetUuid, isOnlyOne = false, ...network }: CreateNetworkRequest, db: Db, context) {
    const { uuid, projectId, name, zone, mtu, createdAt } = network
    const isThere = isOnlyOne && (await findNetworkNamed(db, network)) !== undefined
    refuseIfAlready(isThere, `Network '${name}'`, 'there')
    await checkQuota(db, projectId, { networks: 1 })
    const change = changeOf('being created', context)
    await networkRecords.insert(db, { ...network, deletedAt: null, change, cloudNetworkId: null })
    const input = { networkUuid: uuid, zone, name, mtu }
    if (subnetUuid === undefined) return { ...input, subnet: null }

    const cidr = formatCidr(unusedPrivateRange(await rangesOf(db, projectId)))
    await subnetRecords.insert(db, {
      uuid: subnetUuid,
      projectId,
      networkUuid: uuid,
      cidr,
      gatewayAddress: null,
      dnsServers: null,
      tags: {},
      createdAt,
      deletedAt: null,
      change,
      cloudSubnetId: null,
    })
    return { ...input, subnet: { uuid: subnetUuid, cidr } }
  },

  async run({ zone, name, mtu, subnet }, { step }) {
    const { id: networkId } = await step(makeNetwork, { zone, name, mtu })
    if (subnet === null) return { networkId, subnetId: null }
    const settings = { gateway: null, dnsServers: [...nameServersOf({ dnsServers: null })] }
    const { id: subnetId } = await step(makeSubnet, { networkId, cidr: subnet.cidr, settings })
    return { networkId, subnetId }
  },

  async onEnd(end, { networkUuid, subnet }, db) {
    const ids = end.kind === 'succeeded' ? end.output : undefined
    if (ids !== undefined) {
      await networkRecords.update(db, networkUuid, { cloudNetworkId: ids.networkId, change: null })
    }
    if (subnet === null) return
    await subnetRecords.update(db, subnet.uuid, { cloudSubnetId: ids?.subnetId ?? null, change: null })
    if (ids === undefined) await subnetRecords.markDeleted(db, subnet.uuid, newCreatedAt(end.atMs))
  },
})

async function rangesOf(db: Db, projectId: string): Promise<readonly Cidr[]> {
  const subnets = await subnetRecords.list(db, projectId)
  return subnets.map(({ cidr }) => parseCidr(cidr) as Cidr) // Only what was read once is recorded.
}
