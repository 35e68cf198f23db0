import type { Json } from 'evenkeel'
import type { HttpCall } from 'evenkeel/client'
import type { DeedOptions } from './deed.ts'
import { mtus, nameServers, targetFor } from './order-thing.ts'
import type { SeenRouter } from './seen.ts'
import { change, oneOf, request, runningServer, withThing } from './thing-asks.ts'
import {
  type FieldName,
  type FieldValue,
  isThere,
  labelOfThing,
  type OwnedThing,
  pathOf,
  type ThingKind,
} from './things.ts'

/** Changes one thing: what does not make sense is refused, and nobody may come to harm by that either. */
export async function changeOne(options: DeedOptions): Promise<void> {
  const kind = options.chance.weighted<keyof typeof changes>([
    [2, 'network'],
    [2, 'subnet'],
    [6, 'volume'],
    [4, 'floating-ip'],
    [2, 'load-balancer-member'],
    [2, 'load-balancer-listener'],
    [2, 'load-balancer-health-monitor'],
    [4, 'router'],
  ])
  await withThing(options, kind, thing => changes[kind](options, thing))
}

const changes = {
  network(options, thing) {
    const mtu = options.chance.oneOf(mtus)
    return patch(options, thing, ['mtu', mtu], { mtu })
  },

  subnet(options, thing) {
    const servers = options.chance.oneOf(nameServers)
    return patch(options, thing, ['dnsServers', servers.join(' ')], { dns_servers: servers })
  },

  volume: changeVolume,

  async 'floating-ip'(options, thing) {
    const target = targetFor(options)
    if (target !== undefined) await patch(options, thing, ['target', target.uuid], target.fields)
  },

  'load-balancer-member'(options, thing) {
    const isEnabled = options.chance.hits(0.5)
    return patch(options, thing, ['isEnabled', isEnabled], { enabled: isEnabled })
  },

  'load-balancer-listener'(options, thing) {
    const port = options.chance.whole(1, 65_535)
    return patch(options, thing, ['port', port], { protocol_port: port })
  },

  'load-balancer-health-monitor'(options, thing) {
    const pauseS = options.chance.whole(1, 60)
    return patch(options, thing, ['pauseS', pauseS], { delay_s: pauseS })
  },

  router: (options, thing) =>
    options.chance.hits(0.6) ? connect(options, thing) : disconnect(options, thing),
} satisfies { readonly [Kind in ThingKind]?: (options: DeedOptions, thing: OwnedThing) => Promise<void> }

async function changeVolume(options: DeedOptions, volume: OwnedThing): Promise<void> {
  const { model, chance } = options
  const server = runningServer(options)
  const sizeGb = Math.max(...(volume.may.sizeGb as readonly number[])) + chance.whole(1, 10)
  const snapshot = model.things.findLast(snapshot => snapshot.of === volume && isThere(snapshot))
  const choices: (readonly [weight: number, choice: () => Promise<void>])[] = [
    [3, () => patch(options, volume, ['sizeGb', sizeGb], { size_gb: sizeGb }, 'volume.resize')],
    [3, () => patch(options, volume, ['server', null], { servers: [] }, 'volume.detach')],
  ]
  if (server !== undefined)
    choices.push([
      4,
      () => patch(options, volume, ['server', server], { servers: [server] }, 'volume.attach'),
    ])
  if (snapshot?.id !== undefined) {
    const body = { snapshot: snapshot.id }
    const call = { method: 'POST', path: `${pathOf(volume)}/revert`, body } as const
    choices.push([4, async () => void (await request(options, volume, 'volume.revert', call))])
  }
  await chance.weighted(choices)()
}

/** Puts a router on a network, with an address of one of its subnets. */
async function connect(options: DeedOptions, router: OwnedThing): Promise<void> {
  const subnet = oneOf(options, 'subnet')
  const network = subnet?.of?.name
  if (subnet?.id === undefined || network === undefined) return
  const body = { addresses: [{ subnet: subnet.id }] }
  await change(options, router, {
    action: 'router.add-interface',
    field: 'networks',
    to: before => namesOf([...namesIn(before), network]),
    call: { method: 'POST', path: `${pathOf(router)}/interfaces`, body },
  })
}

/** Takes a router off one of its networks. By which interface it is there, only the router says. */
async function disconnect(options: DeedOptions, router: OwnedThing): Promise<void> {
  const { customer, chance } = options
  const shown = await customer.ask(labelOfThing(router), { path: pathOf(router) })
  const interfaces = shown.kind === 'acknowledged' ? (shown.body as SeenRouter).interfaces : []
  if (interfaces.length === 0) return
  const { uuid, network } = chance.oneOf(interfaces)
  await change(options, router, {
    action: 'router.remove-interface',
    field: 'networks',
    to: before => namesOf(namesIn(before).filter(name => name !== network.name)),
    call: { method: 'DELETE', path: `${pathOf(router)}/interfaces/${uuid}` },
  })
}

function namesIn(networks: FieldValue): readonly string[] {
  return String(networks)
    .split(' ')
    .filter(name => name !== '')
}

function namesOf(networks: readonly string[]): string {
  return [...new Set(networks)].toSorted().join(' ')
}

async function patch(
  options: DeedOptions,
  thing: OwnedThing,
  [field, value]: readonly [FieldName, FieldValue],
  body: { readonly [field: string]: Json },
  action = `${thing.kind}.change`,
): Promise<void> {
  const call: HttpCall = { method: 'PATCH', path: pathOf(thing), body }
  await change(options, thing, { action, field, to: () => value, call })
}
