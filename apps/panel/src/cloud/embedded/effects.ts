import { createServer, deleteServer, rebootServer, resizeServer, startServer, stopServer } from './compute.ts'
import { removePointer, setPointer } from './dns.ts'
import type { Moment } from './moment.ts'
import { createPort, deletePort } from './network.ts'
import type { EffectOperation } from './operations.ts'
import { createVolume, deleteVolume } from './volumes.ts'

/** What an operation does to the world. Throws the cloud's exceptions, and has then done nothing. */
export type Effect<Request, Answer> = (moment: Moment, request: Request) => Answer

/** Every effect by its operation: how one is found again that comes late, perhaps after a restart. */
export const effects = {
  'network.createPort': createPort,
  'network.deletePort': deletePort,
  'volumes.create': createVolume,
  'volumes.delete': deleteVolume,
  'compute.createServer': createServer,
  'compute.deleteServer': deleteServer,
  'compute.startServer': startServer,
  'compute.stopServer': stopServer,
  'compute.rebootServer': rebootServer,
  'compute.resizeServer': resizeServer,
  'dns.setPointer': setPointer,
  'dns.removePointer': removePointer,
} satisfies Record<EffectOperation, Effect<never, unknown>>

export type RequestOf<Operation extends EffectOperation> = Parameters<(typeof effects)[Operation]>[1]
export type AnswerOf<Operation extends EffectOperation> = ReturnType<(typeof effects)[Operation]>
