import { BrokenObjectException, type EffectContext, type Found } from 'evenkeel/actions'
import type { ObjectState } from '../../cloud/cloud.ts'
import { requireFound } from '../../cloud/exceptions.ts'

/** An object that a step changes. */
export interface Changed<T> {
  /** As in `network`. */
  readonly kind: string
  readonly id: string
  get(): Promise<T | undefined>
  /** Whether it is as it was to become. */
  is(object: T): boolean
}

type Settling = { readonly status: ObjectState }

/** Waits for a settled object that is as wanted. @throws {BrokenObjectException} it ended in an error state */
export async function changed<T extends Settling>(
  { kind, id, get, is }: Changed<T>,
  until: EffectContext<unknown>['until'],
): Promise<{ id: string }> {
  return until(async () => {
    const object = requireFound(await get(), `${kind} ${id}`)
    if (object.status.state === 'broken')
      throw new BrokenObjectException(`${kind} ${id}`, object.status.fault)
    return object.status.state === 'ready' && is(object) ? { id } : undefined
  })
}

/** Whether a change has taken effect, as `find` tells it: nothing is found while the object is settled and otherwise. */
export async function whetherChanged<T extends Settling>({
  id,
  get,
  is,
}: Changed<T>): Promise<readonly Found<{ id: string }>[]> {
  const object = await get()
  switch (object?.status.state) {
    case undefined:
      return []
    case 'pending':
      return [{ state: 'pending', output: { id } }]
    case 'broken':
      return [{ state: 'broken', output: { id }, fault: object.status.fault }]
    case 'ready':
      return is(object) ? [{ state: 'ready', output: { id } }] : []
  }
}
