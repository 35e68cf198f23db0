import { z } from 'zod'
import { pointerOfServer } from '../../records/addresses.ts'
import { step } from '../define.ts'
import { removeOwnPointer, setOwnPointer } from './pointer.ts'
import { asFound } from './settled.ts'

/**
 * Sets the pointer of a server's address again. As with a floating IP's parts, the records say at any time what is to be
 * there: what comes when they say otherwise is removed, if nothing has taken its place.
 */
export const setServerPointer = step('dns.pointer-repair', {
  replaces: true,
  input: z.object({ address: z.string(), name: z.string() }),
  output: z.object({ id: z.string() }),
  do: setOwnPointer,
  async find({ input: { address, name }, key, world: { cloud, records }, signal }) {
    const pointers = await cloud.dns.findPointers(key, signal)
    const recorded = await pointerOfServer(records.read, address)
    // While its own action is at the server, what it has set is right, even if the server is about to be deleted.
    const isOwn = key.startsWith(`${recorded?.changeActionId}/`)
    const isRight = isOwn || (recorded?.deletedAt === null && recorded.reversePtr === name)
    // What comes late has the id of what was kept, and is not that one.
    return asFound(pointers, ({ id }) => ({ id: isRight ? id : `${id}, which the records have otherwise` }))
  },
  undo: (_output, { input: { address }, ...context }) => removeOwnPointer(address, context),
})
