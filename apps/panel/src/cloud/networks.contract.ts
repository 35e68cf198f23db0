import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CloudHarness, newKey, type OpenCloud, readyNetwork, readySubnet } from './cloud-harness.ts'
import {
  CloudObjectInUseException,
  CloudObjectNotFoundException,
  CloudRefusedException,
  CloudTimeoutException,
} from './exceptions.ts'
import type { Network } from './network.ts'

/** What every `Network` must do about networks of tenants, their subnets, and ports on them. */
export function networksContract(name: string, open: OpenCloud): void {
  let harness: CloudHarness
  let network: Network
  beforeEach(async () => {
    harness = await open()
    network = harness.cloud.network
  })
  afterEach(() => harness.close())

  const newNetwork = (key = newKey()) => ({ key, zone: harness.zone, name: 'backend', mtu: 1500 })
  const newSubnet = (networkId: string, cidr = '10.0.0.0/24', key = newKey()) => ({
    key,
    networkId,
    cidr,
    gateway: null,
    dnsServers: [],
  })
  const newPort = (networkId: string, address: string) => ({
    key: newKey(),
    zone: harness.zone,
    network: networkId,
    addresses: [{ version: 4, address } as const],
  })
  const readyPortOn = async (networkId: string, address: string) => {
    const port = await network.createPort(newPort(networkId, address))
    await harness.settle()
    return port
  }

  describe(`${name} as what has networks`, () => {
    it('makes a network, which gets ready', async () => {
      const { id } = await network.createNetwork(newNetwork())

      await harness.settle()
      expect(await network.getNetwork(id)).toEqual({ id, mtu: 1500, status: { state: 'ready' } })
    })

    it('finds every network of a key as soon as it was accepted, oldest first', async () => {
      const key = newKey()
      const first = await network.createNetwork(newNetwork(key))
      const second = await network.createNetwork(newNetwork(key))

      expect((await network.findNetworks(key)).map(({ id }) => id)).toEqual([first.id, second.id])
      expect(await network.findNetworks(newKey())).toEqual([])
    })

    it('changes the MTU', async () => {
      const { id } = await readyNetwork(harness)

      await network.setMtu(id, 6601)

      await harness.settle()
      expect(await network.getNetwork(id)).toEqual({ id, mtu: 6601, status: { state: 'ready' } })
    })

    it('deletes a network together with its subnets', async () => {
      const { id } = await readyNetwork(harness)
      const subnet = await readySubnet(harness, id)

      await network.deleteNetwork(id)

      await harness.settle()
      expect(await network.getNetwork(id)).toBeUndefined()
      expect(await network.getSubnet(subnet.id)).toBeUndefined()
    })

    it('does not delete a network that a port is on', async () => {
      const { id } = await readyNetwork(harness)
      const subnet = await readySubnet(harness, id)
      const port = await readyPortOn(id, '10.0.0.5')

      await expect(network.deleteNetwork(id)).rejects.toBeInstanceOf(CloudObjectInUseException)

      expect(await network.getSubnet(subnet.id)).toBeDefined()
      await network.deletePort(port.id)
      await harness.settle()
      await network.deleteNetwork(id)
    })

    it('takes the deletion of an absent network for done', async () => {
      await network.deleteNetwork(randomUUID())
      expect(await network.getNetwork(randomUUID())).toBeUndefined()
    })

    it('has no absent network to change', async () => {
      const absent = randomUUID()

      await expect(network.setMtu(absent, 1500)).rejects.toBeInstanceOf(CloudObjectNotFoundException)
      await expect(network.createSubnet(newSubnet(absent))).rejects.toBeInstanceOf(
        CloudObjectNotFoundException,
      )
    })

    it('takes an aborted call for one whose outcome is unknown', async () => {
      const creating = network.createNetwork(newNetwork(), AbortSignal.abort())

      await expect(creating).rejects.toBeInstanceOf(CloudTimeoutException)
    })
  })

  describe(`${name} as what has subnets`, () => {
    it('makes a subnet as asked for, which gets ready', async () => {
      const { id: networkId } = await readyNetwork(harness)
      const settings = { gateway: '10.0.0.1', dnsServers: ['192.0.2.53', '2001:db8::53'] }

      const { id } = await network.createSubnet({ ...newSubnet(networkId), ...settings })

      await harness.settle()
      expect(await network.getSubnet(id)).toEqual({ id, networkId, ...settings, status: { state: 'ready' } })
    })

    it('finds every subnet of a key as soon as it was accepted, oldest first', async () => {
      const { id } = await readyNetwork(harness)
      const key = newKey()
      const first = await network.createSubnet(newSubnet(id, '10.0.0.0/24', key))
      const second = await network.createSubnet(newSubnet(id, '10.0.1.0/24', key))

      expect((await network.findSubnets(key)).map(subnet => subnet.id)).toEqual([first.id, second.id])
      expect(await network.findSubnets(newKey())).toEqual([])
    })

    it('keeps the addresses of its subnets apart, and those of other networks alone', async () => {
      const { id } = await readyNetwork(harness)
      const other = await readyNetwork(harness)
      await readySubnet(harness, id, '10.0.0.0/16')

      const key = newKey()
      await expect(network.createSubnet(newSubnet(id, '10.0.3.0/24', key))).rejects.toBeInstanceOf(
        CloudRefusedException,
      )
      expect(await network.findSubnets(key)).toEqual([])
      await network.createSubnet(newSubnet(id, '10.1.0.0/16'))
      await network.createSubnet(newSubnet(other.id, '10.0.3.0/24'))
    })

    it('changes gateway and name servers, also to none', async () => {
      const { id: networkId } = await readyNetwork(harness)
      const { id } = await readySubnet(harness, networkId)
      for (const settings of [
        { gateway: '10.0.0.9', dnsServers: ['192.0.2.1'] },
        { gateway: null, dnsServers: [] },
      ]) {
        await network.setSubnet(id, settings)

        await harness.settle()
        expect(await network.getSubnet(id)).toEqual({
          id,
          networkId,
          ...settings,
          status: { state: 'ready' },
        })
      }
    })

    it('deletes a subnet once no port has an address of it', async () => {
      const { id: networkId } = await readyNetwork(harness)
      const { id } = await readySubnet(harness, networkId)
      const port = await readyPortOn(networkId, '10.0.0.5')
      await expect(network.deleteSubnet(id)).rejects.toBeInstanceOf(CloudObjectInUseException)
      await network.deletePort(port.id)
      await harness.settle()

      await network.deleteSubnet(id)

      await harness.settle()
      expect(await network.getSubnet(id)).toBeUndefined()
      expect(await network.getNetwork(networkId)).toBeDefined()
    })

    it('takes the deletion of an absent subnet for done', async () => {
      await network.deleteSubnet(randomUUID())
      expect(await network.getSubnet(randomUUID())).toBeUndefined()
    })

    it('has no absent subnet to change', async () => {
      const setting = network.setSubnet(randomUUID(), { gateway: null, dnsServers: [] })

      await expect(setting).rejects.toBeInstanceOf(CloudObjectNotFoundException)
    })
  })

  describe(`${name} as what has ports on networks`, () => {
    it('makes a port with an address of a subnet', async () => {
      const { id: networkId } = await readyNetwork(harness)
      await readySubnet(harness, networkId)

      const { id } = await network.createPort(newPort(networkId, '10.0.0.5'))

      await harness.settle()
      expect(await network.getPort(id)).toMatchObject({
        addresses: [{ version: 4, address: '10.0.0.5' }],
        status: { state: 'ready' },
      })
    })

    it('makes a port without an address on a network without a subnet', async () => {
      const { id: networkId } = await readyNetwork(harness)

      const { id } = await network.createPort({ ...newPort(networkId, ''), addresses: [] })

      await harness.settle()
      expect(await network.getPort(id)).toMatchObject({ addresses: [], status: { state: 'ready' } })
    })

    it('gives the same address on two networks', async () => {
      const networks = [await readyNetwork(harness), await readyNetwork(harness)]
      for (const { id } of networks) await readySubnet(harness, id)

      const ports = []
      for (const { id } of networks) ports.push(await readyPortOn(id, '10.0.0.5'))

      expect(new Set(ports.map(({ macAddress }) => macAddress)).size).toBe(2)
    })

    it.each(['10.0.1.5', '10.0.0.0', '10.0.0.255'])('gives no port %s of 10.0.0.0/24', async address => {
      const { id } = await readyNetwork(harness)
      await readySubnet(harness, id)
      const wanted = newPort(id, address)

      await expect(network.createPort(wanted)).rejects.toBeInstanceOf(CloudRefusedException)
      expect(await network.findPorts(wanted.key)).toEqual([])
    })

    it('makes no port on an absent network', async () => {
      const creating = network.createPort({ ...newPort(randomUUID(), ''), addresses: [] })

      await expect(creating).rejects.toBeInstanceOf(CloudObjectNotFoundException)
    })
  })
}
