import { randomUUID } from 'node:crypto'
import { ValidationException } from 'evenkeel'
import type { StepCaller } from 'evenkeel/actions'
import { z } from 'zod'
import { requireSettled } from '../records/busy.ts'
import { dropInterfaces, insertInterface, recordPort } from '../records/interfaces.ts'
import { loadBalancerRecords } from '../records/load-balancers.ts'
import { cloudNetworkIdOf, networkRecords } from '../records/networks.ts'
import { checkQuota } from '../records/quota.ts'
import { requireReference } from '../records/reference.ts'
import { chooseSubnetAddress, takeSubnetAddress } from '../records/subnet-addresses.ts'
import { subnetRecords } from '../records/subnets.ts'
import type { Db } from '../records/tables.ts'
import type { Tags } from '../records/tags.ts'
import { changingAtLeast } from './changing-at-least.ts'
import { action, changeOf, type PanelWorld } from './define.ts'
import { planPublicInterface } from './public-interface.ts'
import { makePorts } from './server-ports.ts'
import { holdInterfaces } from './steps/addresses.ts'
import { makeLoadBalancer } from './steps/load-balancer.ts'
import { createPort } from './steps/port.ts'
import { PlannedInterface, type WantedAddress } from './wanted-interfaces.ts'

/** A load balancer to create, with everything that was left open decided, but for addresses. */
export interface CreateLoadBalancerRequest {
  readonly uuid: string
  readonly projectId: string
  readonly name: string
  readonly zone: string
  /** Slug. */
  readonly flavor: string
  /** What it is to be reached by; none for one public address of each version. */
  readonly vipAddresses: readonly WantedAddress[]
  readonly tags: Tags
  /** With microseconds and `Z`. */
  readonly createdAt: string
  /** For how long it shows that it is changing at least, in milliseconds. */
  readonly changingMs: number
}

const Input = z.object({
  loadBalancerUuid: z.string(),
  zone: z.string(),
  name: z.string(),
  flavor: z.string(),
  interfaces: z.array(PlannedInterface),
  changingMs: z.int(),
})
type Input = z.output<typeof Input>

const Output = z.object({
  loadBalancerId: z.string(),
  /** In the order of the interfaces. */
  portIds: z.array(z.string()),
})
type Output = z.output<typeof Output>

/** Creates a load balancer that is reached by addresses, and balances nothing yet; or undoes all of it and leaves the reason. */
export const createLoadBalancer = action('load-balancer.create', {
  version: 1,
  input: Input,
  output: Output,
  steps: [holdInterfaces, createPort, makeLoadBalancer],

  creates: loadBalancerRecords,
  about: ({ projectId, uuid, name }: CreateLoadBalancerRequest) => ({
    projectId,
    kind: loadBalancerRecords.kind,
    uuid,
    name,
    log: { action: 'load_balancer_create', message: `Load balancer '${name}' has been created` },
  }),
  locks: async ({ uuid }: CreateLoadBalancerRequest) => [`load-balancer:${uuid}`],

  async admit(request: CreateLoadBalancerRequest, db: Db, context): Promise<Input> {
    const { vipAddresses, changingMs, ...record } = request
    const { uuid, projectId, zone, name, flavor } = record
    await checkQuota(db, projectId, { loadBalancers: 1 })
    await loadBalancerRecords.insert(db, {
      ...record,
      status: 'changing',
      deletedAt: null,
      change: changeOf('being created', context),
      cloudLoadBalancerId: null,
    })
    const interfaces =
      vipAddresses.length === 0
        ? [await planPublicInterface(db, { loadBalancerUuid: uuid }, request)]
        : await planPrivateInterfaces(request, db)
    return { loadBalancerUuid: uuid, zone, name, flavor, interfaces, changingMs }
  },

  run: (input, { step }) => changingAtLeast(input.changingMs, step, branch => make(input, branch)),

  async onEnd(end, { loadBalancerUuid, interfaces }, db) {
    if (end.kind === 'succeeded' && end.output !== undefined) {
      const { loadBalancerId: cloudLoadBalancerId, portIds } = end.output
      const settled = { status: 'running', change: null, cloudLoadBalancerId } as const
      await loadBalancerRecords.update(db, loadBalancerUuid, settled)
      for (const [at, { uuid }] of interfaces.entries()) await recordPort(db, uuid, portIds[at] as string)
    }
    if (end.kind === 'rolled-back') {
      await dropInterfaces(
        db,
        interfaces.map(({ uuid }) => uuid),
      )
    }
  },
})

async function make(
  { zone, name, flavor, interfaces }: Input,
  step: StepCaller<PanelWorld>,
): Promise<Output> {
  await step(holdInterfaces, { interfaceUuids: interfaces.map(({ uuid }) => uuid) })
  const portIds = await makePorts(zone, interfaces, step)
  const { id: loadBalancerId } = await step(makeLoadBalancer, { zone, name, flavor, portIds })
  return { loadBalancerId, portIds }
}

async function planPrivateInterfaces(
  request: CreateLoadBalancerRequest,
  db: Db,
): Promise<PlannedInterface[]> {
  const planned: PlannedInterface[] = []
  for (const [position, wanted] of request.vipAddresses.entries()) {
    planned.push(await planPrivateInterface(request, wanted, position, db))
  }
  return planned
}

async function planPrivateInterface(
  { uuid: loadBalancerUuid, projectId, zone }: CreateLoadBalancerRequest,
  { subnetUuid, address }: WantedAddress,
  position: number,
  db: Db,
): Promise<PlannedInterface> {
  const path = `vip_addresses[${position}]`
  const subnet = await requireReference(db, subnetRecords, projectId, subnetUuid, `${path}.subnet`)
  await requireSettled(db, subnetRecords, subnet)
  const network = await requireReference(db, networkRecords, projectId, subnet.networkUuid, `${path}.subnet`)
  await requireSettled(db, networkRecords, network)
  if (network.zone !== zone) {
    throw new ValidationException({
      [`${path}.subnet`]: `The subnet is in zone ${network.zone}, and the load balancer in ${zone}: they must be in the same one.`,
    })
  }
  const uuid = randomUUID()
  const owner = { serverUuid: null, loadBalancerUuid }
  await insertInterface(db, { ...owner, uuid, position, networkUuid: network.uuid, cloudPortId: null })
  const place = { interfaceUuid: uuid, position: 0 }
  const chosen =
    address === undefined
      ? await chooseSubnetAddress(db, [subnet], place)
      : await takeSubnetAddress(db, subnet, address, { ...place, path: `${path}.address` })
  const addresses = [{ version: chosen.version, address: chosen.address }]
  return { uuid, network: cloudNetworkIdOf(network), addresses, pointers: [] }
}
