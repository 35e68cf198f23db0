import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { evenkeelFastifyOptions, mountEvenkeel } from 'evenkeel/fastify'
import { memoryStats } from 'evenkeel/stats'
import { loggable, sqliteTxLog } from 'evenkeel/tx-log'
import Fastify, { type FastifyInstance } from 'fastify'

/** Fastify with the whole chain and the log on the disk, which keeps of each request its path and its agent. */
export function oursWithSqliteLog(): FastifyInstance {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true }))
  const app = Fastify(evenkeelFastifyOptions())
  mountEvenkeel(app, {
    service: 'bench',
    stats: memoryStats(),
    log: sqliteTxLog({ folder, fields: { path: loggable.text(200), userAgent: loggable.text(200) } }),
    fieldsOf: ({ url, headers }) => ({ path: url, userAgent: String(headers['user-agent'] ?? '') }),
  })
  app.get('/things/:id', async request => ({ id: (request.params as { id: string }).id, name: 'a thing' }))
  return app
}
