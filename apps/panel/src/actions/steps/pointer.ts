import { z } from 'zod'
import { step } from '../define.ts'
import { asFound, gone, settled } from './settled.ts'

export const setPointer = step('dns.pointer', {
  input: z.object({ address: z.string(), name: z.string() }),
  /** An address has one pointer: the address is its id. */
  output: z.object({ id: z.string() }),
  async do(input, { key, world: { cloud }, signal, until }) {
    const pointer = await cloud.dns.setPointer({ ...input, key }, signal)
    await settled('pointer', pointer, until, () => cloud.dns.getPointer(input.address, signal))
    return { id: input.address }
  },
  find: async ({ key, world: { cloud }, signal }) =>
    asFound(await cloud.dns.findPointers(key, signal), ({ id }) => ({ id })),
  undo: ({ id }, { key, world: { cloud }, signal }) => cloud.dns.removePointer(id, key, signal),
})

export const removePointer = step('dns.pointer-removal', {
  idempotent: true,
  input: z.object({ address: z.string() }),
  output: z.null(),
  async do({ address }, { world: { cloud }, signal, until }) {
    // Whichever step set it: the address is the server's until this action gives it back.
    const pointer = await cloud.dns.getPointer(address, signal)
    if (pointer !== undefined) await cloud.dns.removePointer(address, pointer.key, signal)
    await gone('pointer', until, () => cloud.dns.getPointer(address, signal))
    return null
  },
  undo: 'nothing',
})
