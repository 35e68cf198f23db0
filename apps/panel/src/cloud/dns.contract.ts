import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CloudHarness, newKey, type OpenCloud } from './cloud-harness.ts'
import { CloudTimeoutException } from './exceptions.ts'

/** What every `Dns` must do. */
export function dnsContract(name: string, open: OpenCloud): void {
  describe(`${name} as a name server`, () => {
    let harness: CloudHarness
    beforeEach(async () => {
      harness = await open()
    })
    afterEach(() => harness.close())

    const pointerTo = (host: string) => ({
      key: newKey(),
      address: harness.freeAddress(4).address,
      name: host,
    })

    it.each([4, 6] as const)('sets the pointer of an address of IPv%i', async version => {
      const { address } = harness.freeAddress(version)
      const key = newKey()

      await harness.cloud.dns.setPointer({ key, address, name: 'web.example.org' })

      await harness.settle()
      const pointer = await harness.cloud.dns.getPointer(address)
      expect(pointer).toEqual({ id: address, key, name: 'web.example.org', status: { state: 'ready' } })
    })

    it('finds the pointers of a key, and none under another key', async () => {
      const pointer = pointerTo('web.example.org')

      await harness.cloud.dns.setPointer(pointer)

      const found = await harness.cloud.dns.findPointers(pointer.key)
      expect(found.map(({ id }) => id)).toEqual([pointer.address])
      expect(await harness.cloud.dns.findPointers(newKey())).toEqual([])
    })

    it('replaces the pointer that was there', async () => {
      const old = pointerTo('old.example.org')
      await harness.cloud.dns.setPointer(old)

      await harness.cloud.dns.setPointer({ ...old, key: newKey(), name: 'new.example.org' })

      await harness.settle()
      expect((await harness.cloud.dns.getPointer(old.address))?.name).toBe('new.example.org')
      expect(await harness.cloud.dns.findPointers(old.key)).toEqual([])
    })

    it('removes a pointer', async () => {
      const pointer = pointerTo('web.example.org')
      await harness.cloud.dns.setPointer(pointer)

      await harness.cloud.dns.removePointer(pointer.address, pointer.key)

      expect(await harness.cloud.dns.getPointer(pointer.address)).toBeUndefined()
    })

    it("leaves somebody else's pointer alone", async () => {
      const theirs = pointerTo('theirs.example.org')
      await harness.cloud.dns.setPointer(theirs)

      await harness.cloud.dns.removePointer(theirs.address, newKey())

      expect((await harness.cloud.dns.getPointer(theirs.address))?.key).toBe(theirs.key)
    })

    it('takes the removal of an absent pointer for done', async () => {
      const { address } = harness.freeAddress(4)

      await harness.cloud.dns.removePointer(address, newKey())

      expect(await harness.cloud.dns.getPointer(address)).toBeUndefined()
    })

    it('takes an aborted call for one whose outcome is unknown', async () => {
      const setting = harness.cloud.dns.setPointer(pointerTo('web.example.org'), AbortSignal.abort())

      await expect(setting).rejects.toBeInstanceOf(CloudTimeoutException)
    })
  })
}
