import type { Customer, OwnObject } from './customer.ts'

/** What a customer does when the faults are ordered. It can be done once more. */
export type Deed = () => Promise<unknown>

/** Makes, in fair weather, what a deed is done with. */
export type Scene = (customer: Customer) => Promise<Deed>

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

  async 'moves a volume'(customer) {
    const from = await customer.createServer('storm-1', { volumes: [{ size_gb: 20 }] })
    const to = await customer.createServer('storm-2')
    return () => customer.change(`/volumes/${from.volumes[1]?.uuid}`, { servers: [to.uuid] })
  },

  async 'grows a volume'(customer) {
    const { volumes } = await customer.createServer('storm')
    return () => customer.change(`/volumes/${volumes[0]?.uuid}`, { size_gb: 20 })
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
    const { network } = await customer.create<{ network: string }>('/floating-ips', {
      ip_version: 4,
      server: from.uuid,
    })
    const path = `/floating-ips/${network.replace(/\/.*/, '')}`
    return () => customer.change(path, { server: to.uuid, reverse_ptr: 'storm.example.com' })
  },

  async 'deletes a floating IP'(customer) {
    const { uuid } = await customer.createServer('storm')
    const { network } = await customer.create<{ network: string }>('/floating-ips', {
      ip_version: 4,
      server: uuid,
    })
    return () => customer.remove(`/floating-ips/${network.replace(/\/.*/, '')}`)
  },

  async 'creates a load balancer'(customer) {
    return () => customer.create('/load-balancers', newLoadBalancer)
  },

  async 'deletes a load balancer'(customer) {
    const { uuid } = await customer.create('/load-balancers', newLoadBalancer)
    return () => customer.remove(`/load-balancers/${uuid}`)
  },

  async 'creates a pool'(customer) {
    const { uuid } = await customer.create('/load-balancers', newLoadBalancer)
    return () => customer.create('/load-balancers/pools', poolOf(uuid))
  },

  async 'changes a listener'(customer) {
    const { uuid } = await customer.create('/load-balancers', newLoadBalancer)
    const pool = await customer.create('/load-balancers/pools', poolOf(uuid))
    const listener = { name: 'storm', pool: pool.uuid, protocol: 'tcp', protocol_port: 80 }
    const { uuid: made } = await customer.create('/load-balancers/listeners', listener)
    return () => customer.change(`/load-balancers/listeners/${made}`, { protocol_port: 8080 })
  },

  async 'deletes a pool'(customer) {
    const { uuid } = await customer.create('/load-balancers', newLoadBalancer)
    const pool = await customer.create('/load-balancers/pools', poolOf(uuid))
    return () => customer.remove(`/load-balancers/pools/${pool.uuid}`)
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

  async 'imports an image'(customer) {
    return () => customer.create('/custom-images/import', newImage)
  },

  async 'deletes an image'(customer) {
    const { uuid } = await customer.create('/custom-images/import', newImage)
    return () => customer.remove(`/custom-images/${uuid}`)
  },
} satisfies { readonly [name: string]: Scene }

export type SceneName = keyof typeof scenes

const newVolume = { name: 'storm', size_gb: 20 }

const newRouter = { name: 'storm', zone: 'rma1', internet_gateway: true }

const newLoadBalancer = { name: 'storm', flavor: 'lb-standard' }

function poolOf(loadBalancer: string) {
  return { name: 'storm', load_balancer: loadBalancer, algorithm: 'round_robin', protocol: 'tcp' }
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
