import { ValidationException } from 'evenkeel'
import { canonicalAddress } from '../addressing/address.ts'
import { containsHost, parseCidr } from '../addressing/cidr.ts'
import type { MemberSettings as Settings } from '../cloud/load-balancers.ts'
import { requireSettled } from '../records/busy.ts'
import { type MemberRecord, memberRecords } from '../records/load-balancer-members.ts'
import type { LoadBalancerRecord } from '../records/load-balancers.ts'
import { networkRecords } from '../records/networks.ts'
import { requireReference } from '../records/reference.ts'
import { cloudSubnetIdOf, type SubnetRecord, subnetRecords } from '../records/subnets.ts'
import type { Db } from '../records/tables.ts'
import { partChange, partCreation, partDeletion } from './load-balancer-part.ts'
import { loadBalancerOfPool, requirePool } from './pool-of-load-balancer.ts'
import { MemberSettings, makePart, removePartOf, setPart } from './steps/load-balancer-part.ts'

/** A member to create, with everything that was left open decided. */
export type CreateMemberRequest = Omit<
  MemberRecord,
  'loadBalancerUuid' | 'cloudPartId' | 'deletedAt' | 'change'
>

export const createMember = partCreation<CreateMemberRequest, MemberRecord>({
  records: memberRecords,
  make: makePart('member'),
  loadBalancerOf: loadBalancerOfPool,
  async plan(request, db) {
    const { protocolPort, monitorPort, isEnabled } = request
    const { poolId, loadBalancer } = await requirePool(db, request)
    const subnet = await requireSubnet(request, loadBalancer, db)
    const address = requireAddress(request.address, subnet)
    await requireOnlyOne({ ...request, address }, db)
    const ports = { protocolPort, monitorPort }
    const part = {
      kind: 'member',
      poolId,
      subnetId: cloudSubnetIdOf(subnet),
      address,
      ...ports,
      isEnabled,
    } as const
    return { loadBalancer, record: { ...request, address }, part }
  },
})

export const changeMember = partChange<MemberRecord, Settings>({
  records: memberRecords,
  schema: MemberSettings,
  set: setPart('member', MemberSettings),
  settingsFor: async (wanted, { isEnabled }) => ({ isEnabled: wanted.isEnabled ?? isEnabled }),
})

export const deleteMember = partDeletion({
  records: memberRecords,
  remove: removePartOf('member', memberRecords),
})

async function requireSubnet(
  { projectId, subnetUuid }: CreateMemberRequest,
  { name, zone }: LoadBalancerRecord,
  db: Db,
): Promise<SubnetRecord> {
  const subnet = await requireReference(db, subnetRecords, projectId, subnetUuid, 'subnet')
  await requireSettled(db, subnetRecords, subnet)
  const network = await networkRecords.findAny(db, subnet.networkUuid)
  if (network?.zone === zone) return subnet
  throw new ValidationException({
    subnet: `The subnet is in zone ${network?.zone}, and load balancer '${name}' in ${zone}: they must be in the same one.`,
  })
}

/** The address in its canonical form. */
function requireAddress(address: string, { cidr }: SubnetRecord): string {
  const range = parseCidr(cidr)
  const canonical = canonicalAddress(address)?.address
  if (range !== undefined && canonical !== undefined && containsHost(range, address)) return canonical
  throw new ValidationException({
    address: `${address} is not a valid IP for the specified subnet: it must be one of ${cidr}, and neither the first nor the last.`,
  })
}

async function requireOnlyOne(
  { poolUuid, address, protocolPort }: CreateMemberRequest,
  db: Db,
): Promise<void> {
  const members = await memberRecords.listWhere(db, 'poolUuid', poolUuid)
  const same = members.find(member => member.address === address && member.protocolPort === protocolPort)
  if (same === undefined) return
  throw new ValidationException({
    address: `Member '${same.name}' (${same.uuid}) of the same pool has ${address} with port ${protocolPort} already.`,
  })
}
