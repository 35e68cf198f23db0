import { setTimeout as delay } from 'node:timers/promises'
import { Filter, type Service } from 'evenkeel'
import {
  ConnectionLostException,
  ConnectionRefusedException,
  type HttpCall,
  type HttpResult,
} from 'evenkeel/client'
import type { PanelProcess } from './panel-process.ts'

const triesMax = 500
const everyMs = 20

/**
 * Starts the panel again when a call finds it dead, and repeats a call that may be repeated. What was asked by
 * any other call, and whether it took effect, is for the caller to find out.
 */
export class RevivingFilter extends Filter<HttpCall, HttpResult> {
  readonly #panel: PanelProcess

  constructor(panel: PanelProcess) {
    super()
    this.#panel = panel
  }

  override async apply(call: HttpCall, next: Service<HttpCall, HttpResult>): Promise<HttpResult> {
    for (let tries = 1; ; tries++) {
      try {
        return await next(call)
      } catch (thrown) {
        const isRepeatable =
          repeatable.has(call.method ?? 'GET') || thrown instanceof ConnectionRefusedException
        if (!isConnectionFailure(thrown) || !isRepeatable || tries >= triesMax) throw thrown
      }
      if (!this.#panel.isRunning) await this.#panel.start()
      else await delay(everyMs) // its end is only about to be known
    }
  }
}

const repeatable: ReadonlySet<string> = new Set(['GET', 'PUT', 'DELETE'])

function isConnectionFailure(thrown: unknown): boolean {
  return thrown instanceof ConnectionLostException || thrown instanceof ConnectionRefusedException
}
