import type { HttpServer, INestApplication } from '@nestjs/common'
import type { Express } from 'express'
import type { FastifyInstance } from 'fastify'
import { mountAround as mountAroundExpress } from '../express/mount-evenkeel.ts'
import { mountAround as mountAroundFastify } from '../fastify/mount-evenkeel.ts'
import type { MountedEvenkeel, ServerOptions } from '../http/server-chain.ts'
import { EvenkeelExceptionFilter } from './exception-filter.ts'
import { StreamedAnswers } from './streamed-answers.ts'

/**
 * Runs every request of a Nest application, on Express or on Fastify, as one transaction in one chain: what
 * controllers, guards and pipes throw, Nest's own exceptions, bodies that can't be read, paths that nobody serves.
 * An exception filter of the application that is bound to a class still answers for what controllers throw of it.
 *
 * Called once, after `NestFactory.create` and before `listen` or `init`. On Fastify the adapter is made with
 * `evenkeelFastifyOptions()`.
 *
 * @throws {InternalException} if a chain is mounted already
 *
 * @example
 * const app = await NestFactory.create(AppModule, new FastifyAdapter(evenkeelFastifyOptions()))
 * mountEvenkeel(app, { service: 'servers', stats: memoryStats(), log: memoryTxLog() })
 * await app.listen(8080)
 */
export function mountEvenkeel(app: INestApplication, options: ServerOptions): MountedEvenkeel {
  const adapter: HttpServer = app.getHttpAdapter()
  const instance: unknown = adapter.getInstance()
  const mounted =
    adapter.getType() === 'fastify'
      ? mountAroundFastify(instance as FastifyInstance, options, 'NestJS')
      : mountAroundExpress(app.getHttpServer(), instance as Express, options, 'NestJS')
  // What no controller has taken comes out of the framework below, as what it is: Nest would translate it.
  adapter.setErrorHandler = leaveToChain
  adapter.setNotFoundHandler = leaveToChain
  app.useGlobalFilters(new EvenkeelExceptionFilter())
  app.useGlobalInterceptors(new StreamedAnswers())
  return mounted
}

function leaveToChain(): void {}
