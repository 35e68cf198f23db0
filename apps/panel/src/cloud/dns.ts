import type { Listed, ListPage, ObjectState } from './cloud.ts'

export interface NewPointer {
  /** The key of the step that sets it: stays on the record as its comment. */
  readonly key: string
  readonly address: string
  /** The host name that the address is to resolve to, without a dot at the end. */
  readonly name: string
}

export interface Pointer {
  /** The address it belongs to: an address has one pointer. */
  readonly id: string
  readonly name: string
  readonly key: string
  readonly status: ObjectState
}

/** Reverse DNS. Reads are as fresh as effects. All calls throw the exceptions of `cloud/exceptions.ts`. */
export interface Dns {
  /** Sets the address's pointer, replacing one that was there. */
  setPointer(pointer: NewPointer, signal?: AbortSignal): Promise<Pointer>
  /** Every pointer that carries the key. */
  findPointers(key: string, signal?: AbortSignal): Promise<readonly Pointer[]>
  /** Removes the address's pointer if it still carries the key: somebody else's stays. Removing an absent one is success. */
  removePointer(address: string, key: string, signal?: AbortSignal): Promise<void>
  getPointer(address: string, signal?: AbortSignal): Promise<Pointer | undefined>
  listPointers(page: ListPage, signal?: AbortSignal): Promise<readonly Listed<Pointer>[]>
}
