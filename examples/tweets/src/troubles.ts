import { type ExceptionOptions, NotFoundException } from 'evenkeel'
import type { FastifyInstance } from 'fastify'
import type { CountsPage } from './counts/counts.ts'
import type { Listener } from './listener.ts'
import type { Shard } from './store/shard.ts'

/** Something that goes wrong when told to, until it is told to end. */
export interface Trouble {
  readonly name: string
  begin(): Promise<void>
  end(): Promise<void>
}

export function killing(listener: Listener): Trouble {
  return {
    name: `kill-${listener.service}`,
    begin: () => listener.kill(),
    end: () => listener.start(),
  }
}

export function slowing(shard: Shard): Trouble {
  const { latencyMs } = shard
  return {
    name: 'slow-shard',
    async begin() {
      shard.latencyMs = 60_000
    },
    async end() {
      shard.latencyMs = latencyMs
    },
  }
}

export function tearing(page: CountsPage): Trouble {
  const { text } = page
  return {
    name: 'tear-counts',
    async begin() {
      page.text = text.slice(0, 20)
    },
    async end() {
      page.text = text
    },
  }
}

/** No trouble goes by this name. */
export class TroubleNotFoundException extends NotFoundException<{ known: readonly string[] }> {
  constructor(name: string, known: readonly string[], options?: ExceptionOptions) {
    super(`There is no trouble called ${name}. There are ${known.join(', ')}.`, {
      ...options,
      data: { known },
    })
  }
}

/** Begins troubles one by one, and ends them all. */
export const troubleRoutes = (troubles: readonly Trouble[]) => (app: FastifyInstance) => {
  app.post<{ Params: { name: string } }>('/trouble/:name', async ({ params }, reply) => {
    const trouble = troubles.find(({ name }) => name === params.name)
    const known = troubles.map(({ name }) => name)
    if (trouble === undefined) throw new TroubleNotFoundException(params.name, known)
    await trouble.begin()
    return reply.code(204).send()
  })
  app.delete('/trouble', async (_, reply) => {
    await Promise.all(troubles.map(trouble => trouble.end()))
    return reply.code(204).send()
  })
}
