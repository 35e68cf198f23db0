import type { EffectContext } from 'evenkeel/actions'
import { z } from 'zod'
import { isHeldForLiveServer } from '../../records/addresses.ts'
import { type PanelWorld, step } from '../define.ts'
import { asFound, gone, settled } from './settled.ts'

export const setPointer = step('dns.pointer', {
  replaces: true,
  input: z.object({ address: z.string(), name: z.string() }),
  /** An address has one pointer: the address is its id. */
  output: z.object({ id: z.string() }),
  do: setOwnPointer,
  async find({ input: { address }, key, world: { cloud, records }, signal }) {
    const pointers = await cloud.dns.findPointers(key, signal)
    const [actionId = ''] = key.split('/', 1)
    // One that comes late, after the server's deletion, has the id of the one that was kept, and is not that one.
    const suffix = (await isHeldForLiveServer(records.read, address, actionId)) ? '' : ', after its deletion'
    return asFound(pointers, ({ id }) => ({ id: `${id}${suffix}` }))
  },
  undo: (_output, { input: { address }, ...context }) => removeOwnPointer(address, context),
})

/** Sets a pointer under the key of a step, and waits until it is there. */
export async function setOwnPointer(
  input: { readonly address: string; readonly name: string },
  { key, world: { cloud }, signal, until }: EffectContext<PanelWorld>,
): Promise<{ id: string }> {
  const pointer = await cloud.dns.setPointer({ ...input, key }, signal)
  await settled('pointer', pointer, until, () => cloud.dns.getPointer(input.address, signal))
  return { id: input.address }
}

/** Removes the pointer that a step has set, and waits until it is gone or another has taken its place. */
export async function removeOwnPointer(
  address: string,
  { key, world: { cloud }, signal, until }: EffectContext<PanelWorld>,
): Promise<void> {
  await cloud.dns.removePointer(address, key, signal)
  await gone('pointer', until, async () => {
    const pointer = await cloud.dns.getPointer(address, signal)
    return pointer?.key === key ? pointer : undefined
  })
}

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
