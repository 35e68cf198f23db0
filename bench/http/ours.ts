import { NotFoundException } from 'evenkeel'
import { evenkeelFastifyOptions, mountEvenkeel } from 'evenkeel/fastify'
import { memoryStats } from 'evenkeel/stats'
import { memoryTxLog } from 'evenkeel/tx-log'
import Fastify, { type FastifyInstance } from 'fastify'

class ThingNotFoundException extends NotFoundException<{ id: string }> {
  constructor(id: string) {
    super(`There is no thing ${id}.`, { data: { id } })
  }
}

/** Fastify with the whole chain: catch-all, statistics and a log in memory. */
export function ours(): FastifyInstance {
  const app = Fastify(evenkeelFastifyOptions())
  mountEvenkeel(app, { service: 'bench', stats: memoryStats(), log: memoryTxLog() })
  app.get('/things/:id', async request => ({ id: (request.params as { id: string }).id, name: 'a thing' }))
  app.get('/missing/:id', async request => {
    throw new ThingNotFoundException((request.params as { id: string }).id)
  })
  return app
}
