import { Readable } from 'node:stream'
import { z } from 'zod'
import {
  NotFoundException,
  ServiceUnavailableException,
  ValidDiscardingRequestException,
} from '../exceptions/index.ts'
import { currentTx } from '../filters/transaction.ts'
import type { ContractRoute } from './server-harness.ts'

export class ServerNotFoundException extends NotFoundException {}
export class StoreDownException extends ServiceUnavailableException {}
export class DuplicateException extends ValidDiscardingRequestException {}

/** What clients must never see. */
export const secret = 'secret of the house'

/** Whatever can be thrown, by name, and the class under which it is to be counted. */
export const throwables: { readonly [name: string]: readonly [make: () => unknown, exception: string] } = {
  'a client exception': [() => new ServerNotFoundException('No server 7 here.'), 'ServerNotFoundException'],
  'a discard': [() => new DuplicateException('You have asked for this before.'), 'DuplicateException'],
  'a dependency exception': [
    () => new StoreDownException(`${secret}: store-3 refuses`, { retryAfterMs: 1200 }),
    'StoreDownException',
  ],
  'a bug': [() => new TypeError(secret), 'InternalException'],
  'a frozen client exception': [
    () => Object.freeze(new ServerNotFoundException('No server 7 here.')),
    'ServerNotFoundException',
  ],
  'a frozen error': [() => Object.freeze(new Error(secret)), 'InternalException'],
  'an error whose getters throw': [unreadableError, 'InternalException'],
  'a revoked proxy': [revokedProxy, 'InternalException'],
  'a string': [() => secret, 'InternalException'],
  'an object that says it is a 404': [() => ({ statusCode: 404, message: secret }), 'InternalException'],
  'an error of a client that met a 404': [
    () => Object.assign(new Error(secret), { status: 404, statusCode: 404, code: 'ERR_REMOTE' }),
    'InternalException',
  ],
  null: [() => null, 'InternalException'],
  undefined: [() => undefined, 'InternalException'],
}

export const small = z.object({ name: z.string(), sizes: z.array(z.number().int()).optional() })

export const contractRoutes: readonly ContractRoute[] = [
  { method: 'GET', path: '/ok/:id', handle: ({ params }) => ({ id: params['id'] }) },
  { method: 'POST', path: '/echo', handle: async ({ json }) => ({ body: await json() }) },
  { method: 'POST', path: '/checked', schema: small, handle: async ({ json }) => ({ body: await json() }) },
  {
    method: 'GET',
    path: '/tx',
    handle: async () => {
      await new Promise(setImmediate)
      const tx = currentTx()
      tx.principal = 'user:anna'
      const waitsMs = tx.deadlineMs === undefined ? null : tx.deadlineMs - tx.startedAtMs
      return { id: tx.id, operation: tx.operation, waitsMs }
    },
  },
  ...Object.entries(throwables).flatMap<ContractRoute>(([, [make]], at) => [
    { method: 'GET', path: `/throw/${at}`, handle: async () => Promise.reject(make()) },
    {
      method: 'GET',
      path: `/throw-at-once/${at}`,
      handle: () => {
        throw make()
      },
    },
  ]),
  { method: 'GET', path: '/cyclic', handle: async () => cyclic() },
  { method: 'GET', path: '/stream', handle: async () => Readable.from(['a', 'b']) },
  { method: 'GET', path: '/half', handle: async () => half(new TypeError(secret)) },
  { method: 'GET', path: '/half/store', handle: async () => half(new StoreDownException('store-3 is gone')) },
  { method: 'GET', path: '/endless', handle: async () => endless() },
  {
    method: 'POST',
    path: '/count',
    handle: async ({ bytes }) => {
      let count = 0
      for await (const chunk of bytes()) count += chunk.length
      return { count }
    },
  },
]

function cyclic(): object {
  const value: Record<string, unknown> = {}
  value['self'] = value
  return value
}

function half(thrown: unknown): Readable {
  return Readable.from(
    (async function* () {
      yield 'half'
      await new Promise(setImmediate)
      throw thrown
    })(),
  )
}

function endless(): Readable {
  return new Readable({
    read() {
      setImmediate(() => this.push('x'.repeat(1000)))
    },
  })
}

function unreadableError(): Error {
  const explode = { get: () => thrower() }
  return Object.defineProperties(new Error(), {
    name: explode,
    message: explode,
    stack: explode,
    code: explode,
    statusCode: explode,
    status: explode,
    validation: explode,
    serialization: explode,
    expose: explode,
  })
}

function thrower(): never {
  throw new Error(secret)
}

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
