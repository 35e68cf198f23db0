import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { requireSettled } from '../records/busy.ts'
import { labelChanges } from '../records/labels.ts'
import { requireGatewayFree } from '../records/subnet-addresses.ts'
import { cloudSubnetIdOf, nameServersOf, subnetRecords } from '../records/subnets.ts'
import type { Db } from '../records/tables.ts'
import type { Tags } from '../records/tags.ts'
import { aboutSubnet } from './about-subnet.ts'
import { action, changeOf } from './define.ts'
import { refuseIfAlready } from './nothing-to-do.ts'
import { setSubnet } from './steps/subnet.ts'
import { requireGatewayFits } from './subnet-gateway.ts'
import type { Target } from './target.ts'

/** What is not given stays as it is. */
export interface ChangeSubnetRequest extends Target {
  /** Canonical; null for none. */
  readonly gatewayAddress?: string | null | undefined
  /** Null for the provider's. */
  readonly dnsServers?: readonly string[] | null | undefined
  /** What is changed together with it. */
  readonly tags?: Tags | undefined
}

const Settings = z.object({ gateway: z.string().nullable(), dnsServers: z.array(z.string()) })

const Input = z.object({
  subnetUuid: z.string(),
  cloudSubnetId: z.string(),
  settings: Settings,
  settingsBefore: Settings,
  gatewayAddress: z.string().nullable(),
  dnsServers: z.array(z.string()).nullable(),
  tags: z.record(z.string(), z.string()).nullable(),
})

/** Gives a subnet another gateway or other name servers: it ends with all that was asked for, or as before and with a reason. */
export const changeSubnet = action('subnet.change', {
  version: 1,
  input: Input,
  output: z.null(),
  steps: [setSubnet],

  async about(request: ChangeSubnetRequest, db) {
    const subnet = await subnetRecords.findAny(db, request.uuid)
    const done = [
      ...(request.gatewayAddress === undefined ? [] : ['has been given another gateway']),
      ...(request.dnsServers === undefined ? [] : ['has been given other name servers']),
      ...labelChanges({ ...subnet }, { tags: request.tags }),
    ]
    return aboutSubnet(request, db, { action: 'subnet_update', done: done.join(' and ') })
  },

  locks: async ({ uuid }: ChangeSubnetRequest) => [`subnet:${uuid}`],

  async admit({ projectId, uuid, tags, ...wanted }: ChangeSubnetRequest, db: Db, context) {
    const subnet = await subnetRecords.require(db, projectId, uuid, context.nowMs)
    await requireSettled(db, subnetRecords, subnet)
    const { gatewayAddress = subnet.gatewayAddress, dnsServers = subnet.dnsServers } = wanted
    const isSo = gatewayAddress === subnet.gatewayAddress && isDeepStrictEqual(dnsServers, subnet.dnsServers)
    refuseIfAlready(isSo, `Subnet '${subnet.cidr}'`, 'as it was asked to be')
    if (gatewayAddress !== null && gatewayAddress !== subnet.gatewayAddress) {
      requireGatewayFits(subnet.cidr, gatewayAddress)
      await requireGatewayFree(db, subnet, gatewayAddress, 'gateway_address')
    }
    await subnetRecords.update(db, uuid, { change: changeOf('being changed', context) })
    return {
      subnetUuid: uuid,
      cloudSubnetId: cloudSubnetIdOf(subnet),
      settings: { gateway: gatewayAddress, dnsServers: [...nameServersOf({ dnsServers })] },
      settingsBefore: { gateway: subnet.gatewayAddress, dnsServers: [...nameServersOf(subnet)] },
      gatewayAddress,
      dnsServers: dnsServers && [...dnsServers],
      tags: tags === undefined ? null : { ...tags },
    }
  },

  async run({ cloudSubnetId: id, settings, settingsBefore }, { step }) {
    await step(setSubnet, { id, settings, settingsBefore })
    return null
  },

  async onEnd(end, { subnetUuid, gatewayAddress, dnsServers, tags }, db) {
    const settings = { gatewayAddress, dnsServers, ...(tags !== null && { tags }) }
    const changes = end.kind === 'succeeded' ? settings : {}
    await subnetRecords.update(db, subnetUuid, { ...changes, change: null })
  },
})
