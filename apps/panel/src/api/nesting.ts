import { BadClientRequestException } from 'evenkeel'
import type { FastifyInstance } from 'fastify'

const depthMax = 32

/** Nothing that is asked of the API is nested so deeply, and whoever walks through it would run out of stack. */
export class NestedTooDeeplyException extends BadClientRequestException<{ depthMax: number }> {
  constructor() {
    super(`The body is nested more than ${depthMax} levels deep, which no request needs to be.`, {
      data: { depthMax },
    })
  }
}

/** Refuses bodies that are nested too deeply, before anything else looks at them. */
export function refuseDeepBodies(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ body }) => {
    if (isDeeperThan(depthMax, body)) throw new NestedTooDeeplyException()
  })
}

/** Whether lists and objects lie in each other more than so many levels deep. */
export function isDeeperThan(levels: number, value: unknown): boolean {
  let level = [value].filter(isNest)
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === levels) return true
    level = level.flatMap(nest => Object.values(nest).filter(isNest))
  }
  return false
}

function isNest(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)
}
