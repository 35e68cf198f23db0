import { AsyncLocalStorage } from 'node:async_hooks'

/** A request that was sent before its process died arrives all the same: calls made inside go through. */
const sentBefore = new AsyncLocalStorage<true>()

/** Runs work whose calls reach the outside systems although the process that sent them may be dead by now. */
export function arriveLate<T>(work: () => Promise<T>): Promise<T> {
  return sentBefore.run(true, work)
}

/** Settles as the promise does, as long as the process lives. */
export function whileAlive<T>(promise: PromiseLike<T>, death: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    promise.then(
      value => {
        if (!death.aborted) resolve(value)
      },
      thrown => {
        if (!death.aborted) reject(thrown)
      },
    )
  })
}

/**
 * The outside systems as one process reaches them: when it is dead, nothing that it goes on with does anything, and
 * no answer reaches it.
 */
export function boundTo<World>(world: World, death: AbortSignal): World {
  const bound = new WeakMap<object, unknown>()

  function bind(value: object): unknown {
    const known = bound.get(value)
    if (known !== undefined) return known
    const functions = new Map<unknown, unknown>()
    const proxy = new Proxy(value, {
      get(target, property) {
        const member: unknown = Reflect.get(target, property, target)
        if (typeof member === 'function') {
          let wrapped = functions.get(member)
          if (wrapped === undefined) {
            wrapped = callOf(target, member as (...args: unknown[]) => unknown)
            functions.set(member, wrapped)
          }
          return wrapped
        }
        return typeof member === 'object' && member !== null ? bind(member) : member
      },
    })
    bound.set(value, proxy)
    return proxy
  }

  function callOf(target: object, method: (...args: unknown[]) => unknown) {
    return (...args: unknown[]): unknown => {
      const isLate = sentBefore.getStore() === true
      if (death.aborted && !isLate) return new Promise<never>(() => {})
      const answer = method.apply(target, args)
      return isPromise(answer) && !isLate ? whileAlive(answer, death) : answer
    }
  }

  return typeof world === 'object' && world !== null ? (bind(world) as World) : world
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null)?.then === 'function'
}
