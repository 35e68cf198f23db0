import { beforeEach, describe, expect, it } from 'vitest'
import { newKey, readyNetwork, readySubnet } from '../cloud-harness.ts'
import { CloudBusyException, CloudRefusedException, CloudStateException } from '../exceptions.ts'
import { cloudInFakeTime, type EmbeddedHarness } from './fake-time.ts'

let harness: EmbeddedHarness
let network: EmbeddedHarness['cloud']['network']
beforeEach(() => {
  harness = cloudInFakeTime()
  network = harness.cloud.network
})

const newNetwork = () => ({ key: newKey(), zone: harness.zone, name: 'backend', mtu: 1500 })
const newSubnet = (networkId: string, cidr = '10.0.0.0/24') => ({
  key: newKey(),
  networkId,
  cidr,
  gateway: null,
  dnsServers: [],
})
const newPort = (networkId: string, addresses: readonly string[]) => ({
  key: newKey(),
  zone: harness.zone,
  network: networkId,
  addresses: addresses.map(address => ({ version: 4 as const, address })),
})

describe('a network of the embedded cloud', () => {
  it.each([67, 9001, 1500.5, Number.NaN])('has no MTU of %d', async mtu => {
    const { id } = await readyNetwork(harness)

    await expect(network.createNetwork({ ...newNetwork(), mtu })).rejects.toBeInstanceOf(
      CloudRefusedException,
    )
    await expect(network.setMtu(id, mtu)).rejects.toThrow('from 68 to 9000')
  })

  it('has the MTU that it had until a change has settled, and is busy meanwhile', async () => {
    const { id } = await readyNetwork(harness)
    harness.cloud.faults.replace([{ operation: 'network.setMtu', kind: 'slow', times: 1 }])

    await network.setMtu(id, 9000)

    expect(await network.getNetwork(id)).toMatchObject({ mtu: 1500, status: { state: 'pending' } })
    await expect(network.setMtu(id, 68)).rejects.toBeInstanceOf(CloudBusyException)
    await expect(network.createSubnet(newSubnet(id))).rejects.toBeInstanceOf(CloudBusyException)
    await expect(network.createPort(newPort(id, []))).rejects.toBeInstanceOf(CloudBusyException)
  })

  it('keeps the MTU that it had if the change broke it, and is whole again after the next', async () => {
    const { id } = await readyNetwork(harness)
    harness.cloud.faults.replace([{ operation: 'network.setMtu', kind: 'error-state', times: 1 }])
    await network.setMtu(id, 9000)
    await harness.settle()
    expect(await network.getNetwork(id)).toMatchObject({ mtu: 1500, status: { state: 'broken' } })
    await expect(network.createPort(newPort(id, []))).rejects.toBeInstanceOf(CloudStateException)

    await network.setMtu(id, 1500)

    await harness.settle()
    expect(await network.getNetwork(id)).toEqual({ id, mtu: 1500, status: { state: 'ready' } })
  })

  it('does nothing when it is told the MTU that it has', async () => {
    const { id } = await readyNetwork(harness)

    await network.setMtu(id, 1500)

    expect((await network.getNetwork(id))?.status).toEqual({ state: 'ready' })
  })

  it('that was never made can only be removed', async () => {
    harness.cloud.faults.replace([{ operation: 'network.createNetwork', kind: 'error-state', times: 1 }])
    const { id } = await readyNetwork(harness)
    await expect(network.setMtu(id, 9000)).rejects.toBeInstanceOf(CloudStateException)

    await network.deleteNetwork(id)

    await harness.settle()
    expect(await network.getNetwork(id)).toBeUndefined()
  })

  it('lets itself be removed while something runs on it', async () => {
    const { id } = await network.createNetwork(newNetwork())

    await network.deleteNetwork(id)

    await harness.settle()
    expect(harness.cloud.objects()).toEqual([])
  })

  it('has its subnets until it is gone, also if they break meanwhile', async () => {
    const { id } = await readyNetwork(harness)
    const subnet = await readySubnet(harness, id)
    await network.deleteNetwork(id)
    harness.cloud.damage(subnet.id)
    expect(await network.getSubnet(subnet.id)).toBeDefined()

    await harness.settle()

    expect(harness.cloud.objects()).toEqual([])
  })

  it('has no port of another zone', async () => {
    const { id } = await readyNetwork(harness)

    const creating = network.createPort({ ...newPort(id, []), zone: 'lpg1' })

    await expect(creating).rejects.toThrow('in zone rma1, not in lpg1')
  })
})

describe('a subnet of the embedded cloud', () => {
  it.each(['10.0.0.1/24', '10.0.0.0', '2001:0db8::/64', 'nonsense'])('is not named %s', async cidr => {
    const { id } = await readyNetwork(harness)

    await expect(network.createSubnet(newSubnet(id, cidr))).rejects.toThrow('no canonical CIDR notation')
  })

  it.each(['10.0.1.1', '10.0.0.0', '10.0.0.255', 'nonsense'])('has no gateway %s', async gateway => {
    const { id } = await readyNetwork(harness)
    const subnet = await readySubnet(harness, id)

    await expect(network.createSubnet({ ...newSubnet(id, '10.0.0.0/24'), gateway })).rejects.toThrow(
      `${gateway} can't be the gateway`,
    )
    await expect(network.setSubnet(subnet.id, { gateway, dnsServers: [] })).rejects.toThrow(
      `${gateway} can't be the gateway`,
    )
  })

  it('names the subnet that it would overlap with', async () => {
    const { id } = await readyNetwork(harness)
    const there = await readySubnet(harness, id, '10.0.0.0/16')

    await expect(network.createSubnet(newSubnet(id, '10.0.0.0/8'))).rejects.toThrow(
      `overlaps with 10.0.0.0/16, which is subnet ${there.id}`,
    )
  })

  it('is one of IPv6 beside one of IPv4', async () => {
    const { id } = await readyNetwork(harness)
    await readySubnet(harness, id, '10.0.0.0/24')
    await readySubnet(harness, id, '2001:db8::/64')
    const both = newPort(id, ['10.0.0.5'])

    const port = await network.createPort({
      ...both,
      addresses: [...both.addresses, { version: 6, address: '2001:0DB8::5' }],
    })

    expect(port.addresses.map(({ address }) => address)).toEqual(['10.0.0.5', '2001:db8::5'])
  })

  it('has the settings that it had until a change has settled, or if the change broke it', async () => {
    const { id: networkId } = await readyNetwork(harness)
    const { id } = await readySubnet(harness, networkId)
    harness.cloud.faults.replace([{ operation: 'network.setSubnet', kind: 'error-state', times: 1 }])
    const settings = { gateway: '10.0.0.1', dnsServers: ['192.0.2.1'] }

    await network.setSubnet(id, settings)

    const before = { gateway: null, dnsServers: [] }
    expect(await network.getSubnet(id)).toEqual({ id, networkId, ...before, status: { state: 'pending' } })
    await harness.settle()
    expect(await network.getSubnet(id)).toMatchObject({ ...before, status: { state: 'broken' } })
    await network.setSubnet(id, settings)
    await harness.settle()
    expect(await network.getSubnet(id)).toEqual({ id, networkId, ...settings, status: { state: 'ready' } })
  })

  it('gives no address while something runs on it, or when it is broken', async () => {
    const { id: networkId } = await readyNetwork(harness)
    const { id } = await readySubnet(harness, networkId)
    await network.deleteSubnet(id)

    await expect(network.createPort(newPort(networkId, ['10.0.0.5']))).rejects.toBeInstanceOf(
      CloudBusyException,
    )
    harness.cloud.damage(id)
    await expect(network.createPort(newPort(networkId, ['10.0.0.5']))).rejects.toBeInstanceOf(
      CloudStateException,
    )
  })
})

it('lists networks, subnets and routes for operators', async () => {
  const { id: networkId } = await readyNetwork(harness)
  const subnet = await readySubnet(harness, networkId)
  await harness.cloud.routes.announce({ key: 'route', prefix: '192.0.2.1/32', nextHop: '203.0.113.1' })

  expect(harness.cloud.objects()).toMatchObject([
    { kind: 'network', id: networkId, zone: 'rma1', name: 'contract', mtu: 1500, state: 'ready' },
    { kind: 'subnet', id: subnet.id, zone: 'rma1', networkId, cidr: '10.0.0.0/24', gateway: undefined },
    { kind: 'route', id: '192.0.2.1/32', key: 'route', zone: undefined, nextHop: '203.0.113.1' },
  ])
})
