import { BrokenObjectException, type EffectContext, type Found } from 'evenkeel/actions'
import type { ObjectState } from '../../cloud/cloud.ts'
import { CloudObjectVanishedException } from '../../cloud/exceptions.ts'

interface CloudObject {
  readonly id: string
  readonly status: ObjectState
}

type Until = EffectContext<unknown>['until']

/**
 * Waits until an object that the cloud has accepted is ready.
 *
 * @throws {BrokenObjectException} it ended in an error state
 * @throws {CloudObjectVanishedException} it is gone: somebody else removed it
 */
export async function settled<T extends CloudObject>(
  kind: string,
  accepted: T,
  until: Until,
  get: () => Promise<T | undefined>,
): Promise<T> {
  return (await readyOrPending(kind, accepted)) ?? until(async () => readyOrPending(kind, await get()))
}

/** Waits until an object whose deletion was accepted is gone. @throws {BrokenObjectException} it stays, in an error state */
export async function gone(
  kind: string,
  until: Until,
  get: () => Promise<CloudObject | undefined>,
): Promise<void> {
  await until(async () => {
    const object = await get()
    if (object?.status.state === 'broken') throw broken(kind, object.id, object.status.fault)
    return object === undefined ? true : undefined
  })
}

/** What the cloud shows under a step's key, as `find` tells it. */
export function asFound<T extends CloudObject, Output>(
  objects: readonly T[],
  output: (object: T) => Output,
): Found<Output>[] {
  return objects.map(object =>
    object.status.state === 'broken'
      ? { state: 'broken', output: output(object), fault: object.status.fault }
      : { state: object.status.state, output: output(object) },
  )
}

async function readyOrPending<T extends CloudObject>(
  kind: string,
  object: T | undefined,
): Promise<T | undefined> {
  if (object === undefined) throw new CloudObjectVanishedException(kind)
  if (object.status.state === 'broken') throw broken(kind, object.id, object.status.fault)
  return object.status.state === 'ready' ? object : undefined
}

// Named with its kind: an id alone tells neither an operator what it is, nor a customer what could not be made.
function broken(kind: string, id: string, fault: string): BrokenObjectException {
  return new BrokenObjectException(`${kind} ${id}`, fault)
}
