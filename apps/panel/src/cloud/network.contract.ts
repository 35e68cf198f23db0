import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CloudHarness, newKey, type OpenCloud, readyPort, runningServer } from './cloud-harness.ts'
import { AddressInUseException, CloudObjectInUseException, CloudTimeoutException } from './exceptions.ts'

/** What every `Network` must do. */
export function networkContract(name: string, open: OpenCloud): void {
  describe(`${name} as a network`, () => {
    let harness: CloudHarness
    beforeEach(async () => {
      harness = await open()
    })
    afterEach(() => harness.close())

    const newPort = (key = newKey()) => ({
      key,
      zone: harness.zone,
      network: harness.network,
      addresses: [harness.freeAddress(4), harness.freeAddress(6)],
    })

    it('makes a port with the addresses asked for, which gets ready', async () => {
      const wanted = newPort()

      const { id } = await harness.cloud.network.createPort(wanted)

      await harness.settle()
      const port = await harness.cloud.network.getPort(id)
      const { network, addresses } = wanted
      expect(port).toMatchObject({ id, network, addresses, status: { state: 'ready' } })
      expect(port?.macAddress).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/)
    })

    it('finds a port by its key as soon as it was accepted, and none under another key', async () => {
      const key = newKey()
      const { id } = await harness.cloud.network.createPort(newPort(key))

      expect((await harness.cloud.network.findPorts(key)).map(port => port.id)).toEqual([id])
      expect(await harness.cloud.network.findPorts(newKey())).toEqual([])
    })

    it('finds every port of a key, oldest first', async () => {
      const key = newKey()
      const first = await harness.cloud.network.createPort(newPort(key))
      const second = await harness.cloud.network.createPort(newPort(key))

      const found = await harness.cloud.network.findPorts(key)

      expect(found.map(port => port.id)).toEqual([first.id, second.id])
    })

    it('gives an address to one port only', async () => {
      const { addresses } = await harness.cloud.network.createPort(newPort())
      const key = newKey()

      await expect(harness.cloud.network.createPort({ ...newPort(key), addresses })).rejects.toBeInstanceOf(
        AddressInUseException,
      )
      expect(await harness.cloud.network.findPorts(key)).toEqual([])
    })

    it('frees the address with the port', async () => {
      const { id, addresses } = await readyPort(harness)

      await harness.cloud.network.deletePort(id)

      await harness.settle()
      expect(await harness.cloud.network.getPort(id)).toBeUndefined()
      await harness.cloud.network.createPort({ ...newPort(), addresses })
    })

    it('does not delete a port that a server holds', async () => {
      const { port } = await runningServer(harness)

      await expect(harness.cloud.network.deletePort(port.id)).rejects.toBeInstanceOf(
        CloudObjectInUseException,
      )
      expect(await harness.cloud.network.getPort(port.id)).toBeDefined()
    })

    it('takes the deletion of an absent port for done', async () => {
      await harness.cloud.network.deletePort(randomUUID())
      expect(await harness.cloud.network.getPort(randomUUID())).toBeUndefined()
    })

    it('takes an aborted call for one whose outcome is unknown', async () => {
      const creating = harness.cloud.network.createPort(newPort(), AbortSignal.abort())

      await expect(creating).rejects.toBeInstanceOf(CloudTimeoutException)
    })
  })
}
