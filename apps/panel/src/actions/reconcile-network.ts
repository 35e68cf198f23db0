import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { cloudNetworkIdOf, networkRecords } from '../records/networks.ts'
import { cloudSubnetIdOf, nameServersOf, subnetRecords } from '../records/subnets.ts'
import { repair } from './reconcile.ts'
import { inspection } from './steps/inspection.ts'
import { setMtu } from './steps/network.ts'
import { SubnetSettings, setSubnet } from './steps/subnet.ts'

const inspectNetwork = inspection('network.inspection', 'network', z.object({ mtu: z.int() }), ({ mtu }) => ({
  mtu,
}))

/** Gives a network the MTU that its record has. */
export const repairNetwork = repair('network.repair', {
  records: networkRecords,
  input: z.object({ id: z.string(), mtu: z.int() }),
  steps: [inspectNetwork, setMtu],
  plan: network => ({ id: cloudNetworkIdOf(network), mtu: network.mtu }),
  async run({ id, mtu }, { step }) {
    const { mtu: mtuBefore } = await step(inspectNetwork, { id })
    if (mtuBefore !== mtu) await step(setMtu, { id, mtu, mtuBefore })
  },
})

const inspectSubnet = inspection(
  'network.subnet-inspection',
  'subnet',
  SubnetSettings,
  ({ gateway, dnsServers }) => ({ gateway, dnsServers: [...dnsServers] }),
)

/** Gives a subnet the gateway and the name servers that its record has. */
export const repairSubnet = repair('subnet.repair', {
  records: subnetRecords,
  input: z.object({ id: z.string(), settings: SubnetSettings }),
  steps: [inspectSubnet, setSubnet],
  plan: subnet => ({
    id: cloudSubnetIdOf(subnet),
    settings: { gateway: subnet.gatewayAddress, dnsServers: [...nameServersOf(subnet)] },
  }),
  async run({ id, settings }, { step }) {
    const settingsBefore = await step(inspectSubnet, { id })
    if (!isDeepStrictEqual(settingsBefore, settings)) await step(setSubnet, { id, settings, settingsBefore })
  },
})
