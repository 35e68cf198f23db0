// One server in a process of its own: tells its parent the port, and what its main thread has used whenever asked.
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'

const servers: Record<string, () => Promise<FastifyInstance>> = {
  'bare Fastify': async () => (await import('./bare-fastify.ts')).bareFastify(),
  ours: async () => (await import('./ours.ts')).ours(),
  'ours with the SQLite log': async () =>
    (await import('../tx-log/ours-with-sqlite-log.ts')).oursWithSqliteLog(),
  'Fastify + pino + prom-client': async () => (await import('./fastify-with-pino.ts')).fastifyWithPino(),
  'NestJS + pino + prom-client': async () => (await import('./nest.ts')).nest(),
}

const [name = ''] = process.argv.slice(2)
const make = servers[name]
if (make === undefined) throw new Error(`There is no server named ${JSON.stringify(name)}.`)
const app = await make()
await app.listen({ host: '127.0.0.1', port: 0 })
process.on('message', () => process.send?.({ mainThreadUs: mainThreadUs() }))
process.on('disconnect', () => process.exit())
process.send?.({ port: (app.server.address() as AddressInfo).port })

function mainThreadUs(): number {
  const { user, system } = process.threadCpuUsage()
  return user + system
}
