import type { DeedOptions } from './deed.ts'
import { oneOf, order, runningServer, withThing } from './thing-asks.ts'
import { isThere, type OwnedThing, type ThingKind, thingKinds } from './things.ts'

/** Few enough for each of them to be struck often. */
export const thingsMaxPerKind = 6

/** The panel under test takes it for an image that is there. */
export const imageUrl = 'https://images.example.com/crash.raw'

/** Nobody has it: whoever asks for it finds an import that has failed. */
const missingImageUrl = 'https://images.example.com/missing.raw'

export const mtus = [1500, 4000, 9000]
export const nameServers = [[], ['9.9.9.9'], ['9.9.9.9', '149.112.112.112']]

/** Orders one thing, perhaps one that belongs to another at once. */
export async function orderOne(options: DeedOptions): Promise<void> {
  const { model, chance } = options
  const kind = chance.oneOf(thingKinds)
  if (model.things.filter(thing => thing.kind === kind && isThere(thing)).length >= thingsMaxPerKind) return
  await orders[kind](options)
}

const orders: Readonly<Record<ThingKind, (options: DeedOptions) => Promise<void>>> = {
  network(options) {
    const mtu = options.chance.oneOf(mtus)
    return order(options, 'network', { fields: { mtu }, body: name => ({ name, mtu }) })
  },

  async subnet(options) {
    const { chance } = options
    const network = oneOf(options, 'network')
    if (network === undefined) return
    const cidr = `10.${chance.whole(0, 255)}.${chance.whole(0, 255)}.0/24`
    const servers = chance.oneOf(nameServers)
    await order(options, 'subnet', {
      fields: { cidr, dnsServers: servers.join(' ') },
      of: network,
      body: () => ({ network: idOf(network), cidr, dns_servers: servers }),
    })
  },

  async volume(options) {
    const server = runningServer(options)
    const sizeGb = options.chance.whole(1, 20)
    const servers = server === undefined ? {} : { servers: [server] }
    await order(options, 'volume', {
      fields: { sizeGb, server: server ?? null },
      body: name => ({ name, size_gb: sizeGb, ...servers }),
    })
  },

  async 'volume-snapshot'(options) {
    await withThing(options, 'volume', async volume => {
      const body = (name: string) => ({ name, source_volume: idOf(volume) })
      await order(options, 'volume-snapshot', { of: volume, body })
    })
  },

  async 'floating-ip'(options) {
    const target = targetFor(options)
    const version = options.chance.oneOf([4, 6])
    await order(options, 'floating-ip', {
      fields: { target: target?.uuid ?? null },
      body: () => ({ ip_version: version, ...target?.fields }),
    })
  },

  'server-group': options =>
    order(options, 'server-group', { body: name => ({ name, type: 'anti-affinity' }) }),

  /** Mostly a public one; else it is there until it is deleted, and its subnet as long. */
  async 'load-balancer'(options) {
    const subnet = options.chance.hits(0.7) ? undefined : oneOf(options, 'subnet')
    const where = subnet === undefined ? {} : { vip_addresses: [{ subnet: idOf(subnet) }] }
    await order(options, 'load-balancer', { body: name => ({ name, flavor: 'lb-standard', ...where }) })
  },

  async 'load-balancer-pool'(options) {
    const { chance } = options
    const loadBalancer = oneOf(options, 'load-balancer')
    if (loadBalancer === undefined) return
    const algorithm = chance.oneOf(['round_robin', 'least_connections', 'source_ip'])
    const kind = { load_balancer: idOf(loadBalancer), algorithm, protocol: chance.oneOf(['tcp', 'proxy']) }
    await order(options, 'load-balancer-pool', { of: loadBalancer, body: name => ({ name, ...kind }) })
  },

  async 'load-balancer-member'(options) {
    const { chance } = options
    const pool = oneOf(options, 'load-balancer-pool')
    const subnet = oneOf(options, 'subnet')
    if (pool === undefined || subnet === undefined) return
    const [cidr] = subnet.may.cidr ?? []
    const address = String(cidr).replace(/\d+\/24$/, String(chance.whole(1, 254)))
    const isEnabled = chance.hits(0.5)
    const settings = { address, subnet: idOf(subnet), protocol_port: 8080, enabled: isEnabled }
    await order(options, 'load-balancer-member', {
      fields: { isEnabled },
      of: pool,
      body: name => ({ name, ...settings }),
    })
  },

  async 'load-balancer-listener'(options) {
    const pool = oneOf(options, 'load-balancer-pool')
    if (pool === undefined) return
    const port = options.chance.whole(1, 65_535)
    const settings = { pool: idOf(pool), protocol: 'tcp', protocol_port: port }
    await order(options, 'load-balancer-listener', {
      fields: { port },
      of: pool,
      body: name => ({ name, ...settings }),
    })
  },

  async 'load-balancer-health-monitor'(options) {
    const { chance } = options
    const pool = oneOf(options, 'load-balancer-pool')
    if (pool === undefined) return
    const pauseS = chance.whole(1, 60)
    const type = chance.oneOf(['ping', 'tcp', 'http'])
    await order(options, 'load-balancer-health-monitor', {
      fields: { pauseS },
      of: pool,
      body: () => ({ pool: idOf(pool), type, delay_s: pauseS }),
    })
  },

  router(options) {
    const isGateway = options.chance.hits(0.7)
    const body = (name: string) => ({ name, zone: 'rma1', internet_gateway: isGateway })
    return order(options, 'router', { fields: { networks: '' }, body })
  },

  'objects-user': options => order(options, 'objects-user', { body: name => ({ display_name: name }) }),

  'custom-image'(options) {
    const url = options.chance.hits(0.9) ? imageUrl : missingImageUrl
    const settings = { url, user_data_handling: 'extend-cloud-config', zones: ['rma1'] }
    return order(options, 'custom-image', { body: name => ({ name, ...settings }) })
  },
}

/** What a floating IP can lead to; undefined where none is wanted, or there. */
export function targetFor(
  options: DeedOptions,
): { readonly uuid: string; readonly fields: { readonly [field: string]: string } } | undefined {
  const loadBalancer = options.chance.hits(0.4) ? oneOf(options, 'load-balancer') : undefined
  if (loadBalancer !== undefined) {
    const uuid = idOf(loadBalancer)
    return { uuid, fields: { load_balancer: uuid } }
  }
  const server = runningServer(options)
  return server === undefined ? undefined : { uuid: server, fields: { server } }
}

/** What is there was answered for, with its id. */
function idOf({ id }: OwnedThing): string {
  return id as string
}
