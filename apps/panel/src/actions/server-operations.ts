import type { Action, StartOptions } from 'evenkeel/actions'
import { LockedException, WatchedException } from 'evenkeel/actions'
import type { ServerOperations, StartedAction } from '../api/server-operations.ts'
import { ObjectBusyException } from '../records/server-state.ts'
import type { Db } from '../records/tables.ts'
import {
  NothingToDoException,
  rebootServerAction,
  startServerAction,
  stopServerAction,
} from './change-power.ts'
import { createServer } from './create-server.ts'
import type { PanelWorld } from './define.ts'
import { deleteServer } from './delete-server.ts'
import { deleteVolume } from './delete-volume.ts'
import type { PanelActions } from './panel-actions.ts'
import { resizeServerAction } from './resize-server.ts'

/** An action holds the object's lock, or waits for it. */
export class ObjectLockedException extends ObjectBusyException {}

/** An action has ended whose effect may still come late: its lock is kept until that is certain. */
export class ObjectWatchedException extends ObjectBusyException {}

/** What the API asks of servers and volumes, done by actions. */
export function serverOperations(actions: PanelActions): ServerOperations {
  async function begin<Request, Input, Output>(
    action: Action<Request, Input, Output, PanelWorld, Db>,
    request: Request,
    options: StartOptions,
  ): Promise<StartedAction> {
    try {
      const { id } = await actions.start(action, request, options)
      return { actionId: id }
    } catch (thrown) {
      throw busyAsTheCustomerKnowsIt(thrown)
    }
  }

  async function beginUnlessDone<Request, Input, Output>(
    action: Action<Request, Input, Output, PanelWorld, Db>,
    request: Request,
    options: StartOptions,
  ): Promise<StartedAction | undefined> {
    try {
      return await begin(action, request, options)
    } catch (thrown) {
      if (thrown instanceof NothingToDoException) return undefined
      throw thrown
    }
  }

  return {
    create: (request, options) => begin(createServer, request, options),
    start: (target, options) => beginUnlessDone(startServerAction, target, options),
    stop: (target, options) => beginUnlessDone(stopServerAction, target, options),
    reboot: (target, options) => beginUnlessDone(rebootServerAction, target, options),
    resize: (target, options) => beginUnlessDone(resizeServerAction, target, options),
    delete: (target, options) => begin(deleteServer, target, options),
    deleteVolume: (target, options) => begin(deleteVolume, target, options),
  }
}

/** The engine speaks of locks; a customer's server is busy with something that has a name. */
function busyAsTheCustomerKnowsIt(thrown: unknown): unknown {
  if (thrown instanceof LockedException) {
    const { lock, action, sinceMs } = thrown.data
    return new ObjectLockedException(objectOf(lock), `busy with ${wordsOf(action)}`, timeOf(sinceMs), {
      cause: thrown,
    })
  }
  if (thrown instanceof WatchedException) {
    const { lock, action, untilMs } = thrown.data
    const change = `being watched until ${timeOf(untilMs)} for a late effect of ${wordsOf(action)}, whose answer was lost`
    return new ObjectWatchedException(objectOf(lock), change, undefined, {
      cause: thrown,
      ...(thrown.retryAfterMs === undefined ? {} : { retryAfterMs: thrown.retryAfterMs }),
    })
  }
  return thrown
}

const words: { readonly [action: string]: string } = {
  'server.create': 'its creation',
  'server.delete': 'its deletion',
  'server.start': 'its start',
  'server.stop': 'its stop',
  'server.reboot': 'its reboot',
  'server.resize': 'its change of flavor',
  'volume.delete': 'its deletion',
}

function wordsOf(action: string): string {
  return words[action] ?? action
}

/** `server:3f0c…` in words: `Server 3f0c…`. */
function objectOf(lock: string): string {
  const [kind = '', id = ''] = lock.split(/:(.*)/)
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1)} ${id}`
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
