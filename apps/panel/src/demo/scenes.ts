import type { Body, Customer, OwnObject } from './customer.ts'
import type { Operator } from './operator.ts'

/** What a customer does when the faults are ordered. It can be done once more. */
export type Deed = () => Promise<unknown>

/** Makes, in fair weather, what a deed is done with. */
export type Scene = (customer: Customer, operator: Operator) => Promise<Deed>

/** A URL of an image that counts as present, without anybody listening there. */
export const imageUrl = 'https://images.example.com/storm.raw'

/** Everything that customers do with the panel, each thing once. */
export const scenes = {
  async 'creates a server'(customer) {
    const { network, subnet } = await connected(customer)
    const interfaces = [
      { network: 'public' },
      { network: network.uuid },
      { addresses: [{ subnet: subnet.uuid }] },
      { addresses: [{ subnet: subnet.uuid, address: '10.7.7.77' }] },
      { network: network.uuid, addresses: [] },
    ]
    const volumes = [{ size_gb: 20, type: 'ssd' }]
    return () => customer.createServer('storm', { use_ipv6: true, interfaces, volumes })
  },

  async 'creates a server from an own image'(customer) {
    const { uuid } = await customer.create('/custom-images/import', newImage)
    return () => customer.createServer('storm', { image: uuid })
  },

  async 'deletes a server'(customer) {
    const { uuid } = await customer.createServer('storm')
    return () => customer.remove(`/servers/${uuid}`)
  },

  async 'starts a server'(customer) {
    const { uuid } = await customer.createServer('storm')
    await customer.act(`/servers/${uuid}/stop`)
    return () => customer.act(`/servers/${uuid}/start`)
  },

  async 'stops a server'(customer) {
    const { uuid } = await customer.createServer('storm')
    return () => customer.act(`/servers/${uuid}/stop`)
  },

  async 'reboots a server'(customer) {
    const { uuid } = await customer.createServer('storm')
    return () => customer.act(`/servers/${uuid}/reboot`)
  },

  async 'resizes a server'(customer) {
    const { uuid } = await customer.createServer('storm')
    await customer.act(`/servers/${uuid}/stop`)
    return () => customer.change(`/servers/${uuid}`, { flavor: 'flex-8-2' })
  },

  async 'connects a server otherwise'(customer) {
    const { network, subnet } = await connected(customer)
    const interfaces = [{ network: 'public' }, { network: network.uuid }]
    const { uuid } = await customer.createServer('storm', { interfaces })
    const others = [{ network: 'public' }, { addresses: [{ subnet: subnet.uuid, address: '10.7.7.77' }] }]
    return () => customer.change(`/servers/${uuid}`, { interfaces: others })
  },

  async 'creates a server group'(customer) {
    return () => customer.create('/server-groups', { name: 'storm', type: 'anti-affinity' })
  },

  async 'deletes a server group'(customer) {
    const { uuid } = await customer.create('/server-groups', { name: 'storm', type: 'anti-affinity' })
    return () => customer.remove(`/server-groups/${uuid}`)
  },

  async 'creates a volume'(customer) {
    const { uuid } = await customer.createServer('storm')
    return () => customer.create('/volumes', { ...newVolume, servers: [uuid] })
  },

  async 'creates a volume from a snapshot'(customer) {
    const volume = await customer.create('/volumes', newVolume)
    const { uuid } = await customer.create('/volume-snapshots', snapshotOf(volume))
    return () => customer.create('/volumes', { name: 'storm-copy', volume_snapshot_uuid: uuid })
  },

  async 'moves a volume'(customer) {
    const from = await customer.createServer('storm-1', { volumes: [{ size_gb: 20 }] })
    const to = await customer.createServer('storm-2')
    return () => customer.change(`/volumes/${from.volumes[1]?.uuid}`, { servers: [to.uuid] })
  },

  async 'grows a volume'(customer) {
    const { volumes } = await customer.createServer('storm')
    return () => customer.change(`/volumes/${volumes[0]?.uuid}`, { size_gb: 20 })
  },

  async 'deletes a volume'(customer) {
    const { uuid: server } = await customer.createServer('storm')
    const { uuid } = await customer.create('/volumes', { ...newVolume, servers: [server] })
    return () => customer.remove(`/volumes/${uuid}`)
  },

  async 'takes a snapshot'(customer) {
    const volume = await customer.create('/volumes', newVolume)
    return () => customer.create('/volume-snapshots', snapshotOf(volume))
  },

  async 'reverts a volume'(customer) {
    const volume = await customer.create('/volumes', newVolume)
    const { uuid } = await customer.create('/volume-snapshots', snapshotOf(volume))
    return () => customer.act(`/volumes/${volume.uuid}/revert`, { snapshot: uuid })
  },

  async 'deletes a snapshot'(customer) {
    const volume = await customer.create('/volumes', newVolume)
    const { uuid } = await customer.create('/volume-snapshots', snapshotOf(volume))
    return () => customer.remove(`/volume-snapshots/${uuid}`)
  },

  async 'creates a network'(customer) {
    return () => customer.create('/networks', { name: 'storm' })
  },

  async 'changes a network'(customer) {
    const { uuid } = await customer.create('/networks', { name: 'storm' })
    return () => customer.change(`/networks/${uuid}`, { mtu: 1500 })
  },

  async 'deletes a network'(customer) {
    const { uuid } = await customer.create('/networks', { name: 'storm' })
    return () => customer.remove(`/networks/${uuid}`)
  },

  async 'creates a subnet'(customer) {
    const { network } = await connected(customer)
    return () => customer.create('/subnets', { network: network.uuid, cidr: '10.7.8.0/24' })
  },

  async 'changes a subnet'(customer) {
    const { subnet } = await connected(customer)
    return () => customer.change(`/subnets/${subnet.uuid}`, { gateway_address: '10.7.7.1', dns_servers: [] })
  },

  async 'deletes a subnet'(customer) {
    const { subnet } = await connected(customer)
    return () => customer.remove(`/subnets/${subnet.uuid}`)
  },

  async 'creates a floating IP'(customer) {
    const { uuid } = await customer.createServer('storm')
    return () => customer.create('/floating-ips', { ip_version: 4, server: uuid })
  },

  async 'moves a floating IP'(customer) {
    const [from, to] = [await customer.createServer('storm-1'), await customer.createServer('storm-2')]
    const path = await floatingIpTo(customer, { server: from.uuid })
    return () => customer.change(path, { server: to.uuid, reverse_ptr: 'storm.example.com' })
  },

  async 'leads a floating IP to a load balancer'(customer) {
    const server = await customer.createServer('storm')
    const { uuid } = await customer.create('/load-balancers', newLoadBalancer)
    const path = await floatingIpTo(customer, { server: server.uuid })
    return () => customer.change(path, { load_balancer: uuid })
  },

  async 'deletes a floating IP'(customer) {
    const { uuid } = await customer.createServer('storm')
    const path = await floatingIpTo(customer, { server: uuid })
    return () => customer.remove(path)
  },

  async 'creates a load balancer'(customer) {
    return () => customer.create('/load-balancers', newLoadBalancer)
  },

  async 'looks at load balancers'(customer) {
    await balanced(customer)
    return () => customer.list('/load-balancers')
  },

  async 'deletes a load balancer'(customer) {
    const { uuid } = await customer.create('/load-balancers', newLoadBalancer)
    await floatingIpTo(customer, { load_balancer: uuid })
    return () => customer.remove(`/load-balancers/${uuid}`)
  },

  async 'creates a pool'(customer) {
    const { uuid } = await customer.create('/load-balancers', newLoadBalancer)
    return () => customer.create('/load-balancers/pools', poolOf(uuid))
  },

  async 'deletes a pool'(customer) {
    const { uuid } = await customer.create('/load-balancers', newLoadBalancer)
    const pool = await customer.create('/load-balancers/pools', poolOf(uuid))
    return () => customer.remove(`/load-balancers/pools/${pool.uuid}`)
  },

  async 'creates a member'(customer) {
    const { pool, subnet } = await balanced(customer)
    return () => customer.create(membersOf(pool), { ...newMember, address: '10.7.7.78', subnet: subnet.uuid })
  },

  async 'changes a member'(customer) {
    const { pool, member } = await balanced(customer)
    return () => customer.change(`${membersOf(pool)}/${member.uuid}`, { enabled: false })
  },

  async 'deletes a member'(customer) {
    const { pool, member } = await balanced(customer)
    return () => customer.remove(`${membersOf(pool)}/${member.uuid}`)
  },

  async 'creates a listener'(customer) {
    const { pool } = await balanced(customer)
    return () => customer.create('/load-balancers/listeners', listenerOf(pool))
  },

  async 'changes a listener'(customer) {
    const { pool } = await balanced(customer)
    const { uuid } = await customer.create('/load-balancers/listeners', listenerOf(pool))
    return () => customer.change(`/load-balancers/listeners/${uuid}`, { protocol_port: 8080 })
  },

  async 'deletes a listener'(customer) {
    const { pool } = await balanced(customer)
    const { uuid } = await customer.create('/load-balancers/listeners', listenerOf(pool))
    return () => customer.remove(`/load-balancers/listeners/${uuid}`)
  },

  async 'creates a monitor'(customer) {
    const { uuid } = await customer.create('/load-balancers', newLoadBalancer)
    const pool = await customer.create('/load-balancers/pools', poolOf(uuid))
    return () => customer.create('/load-balancers/health-monitors', monitorOf(pool))
  },

  async 'changes a monitor'(customer) {
    const { monitor } = await balanced(customer)
    return () => customer.change(`/load-balancers/health-monitors/${monitor.uuid}`, { delay_s: 5 })
  },

  async 'deletes a monitor'(customer) {
    const { monitor } = await balanced(customer)
    return () => customer.remove(`/load-balancers/health-monitors/${monitor.uuid}`)
  },

  async 'creates a router'(customer) {
    return () => customer.create('/routers', newRouter)
  },

  async 'deletes a router'(customer) {
    const { uuid } = await customer.create('/routers', newRouter)
    return () => customer.remove(`/routers/${uuid}`)
  },

  async 'connects a router'(customer) {
    const { network, subnet } = await connected(customer)
    const { uuid } = await customer.create('/routers', newRouter)
    const body = { network: network.uuid, addresses: [{ subnet: subnet.uuid }] }
    return () => customer.create(`/routers/${uuid}/interfaces`, body)
  },

  async 'disconnects a router'(customer) {
    const { network, subnet } = await connected(customer)
    const { uuid } = await customer.create('/routers', newRouter)
    const body = { network: network.uuid, addresses: [{ subnet: subnet.uuid }] }
    const made = await customer.create(`/routers/${uuid}/interfaces`, body)
    return () => customer.remove(`/routers/${uuid}/interfaces/${made.uuid}`)
  },

  async 'creates an objects user'(customer) {
    return () => customer.create('/objects-users', { display_name: 'storm' })
  },

  async 'deletes an objects user'(customer) {
    const { id } = await customer.create<{ id: string }>('/objects-users', { display_name: 'storm' })
    return () => customer.remove(`/objects-users/${id}`)
  },

  async 'looks at what buckets are used for'(customer) {
    await customer.create('/objects-users', { display_name: 'storm' })
    return () => customer.look('/metrics/buckets?start=2026-11-01&end=2026-11-02')
  },

  async 'imports an image'(customer) {
    return () => customer.create('/custom-images/import', newImage)
  },

  async 'deletes an image'(customer) {
    const { uuid } = await customer.create('/custom-images/import', newImage)
    return () => customer.remove(`/custom-images/${uuid}`)
  },

  async 'looks on as all is compared'(customer, operator) {
    await balanced(customer)
    await customer.createServer('storm')
    return () => operator.compare()
  },
} satisfies { readonly [name: string]: Scene }

export type SceneName = keyof typeof scenes

/** In these nothing is begun. */
export const looks: ReadonlySet<SceneName> = new Set([
  'looks at load balancers',
  'looks at what buckets are used for',
  'looks on as all is compared',
])

const newVolume = { name: 'storm', size_gb: 20 }

const newRouter = { name: 'storm', zone: 'rma1', internet_gateway: true }

const newLoadBalancer = { name: 'storm', flavor: 'lb-standard' }

function poolOf(loadBalancer: string) {
  return { name: 'storm', load_balancer: loadBalancer, algorithm: 'round_robin', protocol: 'tcp' }
}

const newMember = { name: 'storm', protocol_port: 80 }

function membersOf({ uuid }: OwnObject): string {
  return `/load-balancers/pools/${uuid}/members`
}

function listenerOf({ uuid }: OwnObject) {
  return { name: 'storm', pool: uuid, protocol: 'tcp', protocol_port: 80 }
}

function monitorOf({ uuid }: OwnObject) {
  return { pool: uuid, type: 'tcp' }
}

/** A load balancer with a pool that has one member, and looks after it. */
async function balanced(customer: Customer) {
  const { subnet } = await connected(customer)
  const { uuid } = await customer.create('/load-balancers', newLoadBalancer)
  const pool = await customer.create('/load-balancers/pools', poolOf(uuid))
  const member = await customer.create(membersOf(pool), {
    ...newMember,
    address: '10.7.7.77',
    subnet: subnet.uuid,
  })
  const monitor = await customer.create('/load-balancers/health-monitors', monitorOf(pool))
  return { subnet, pool, member, monitor }
}

/** @returns where it is found */
async function floatingIpTo(customer: Customer, target: Body): Promise<string> {
  const wanted = { ip_version: 4, ...target }
  const { network } = await customer.create<{ network: string }>('/floating-ips', wanted)
  return `/floating-ips/${network.replace(/\/.*/, '')}`
}

const newImage = {
  name: 'storm',
  url: imageUrl,
  user_data_handling: 'extend-cloud-config',
  zones: ['rma1'],
}

function snapshotOf({ uuid }: OwnObject) {
  return { name: 'storm', source_volume: uuid }
}

async function connected(customer: Customer): Promise<{ network: OwnObject; subnet: OwnObject }> {
  const network = await customer.create('/networks', { name: 'storm', auto_create_ipv4_subnet: false })
  const subnet = await customer.create('/subnets', { network: network.uuid, cidr: '10.7.7.0/24' })
  return { network, subnet }
}
