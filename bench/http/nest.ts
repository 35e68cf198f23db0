import 'reflect-metadata'
import {
  type ArgumentsHost,
  type CallHandler,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  HttpException,
  Injectable,
  Module,
  type NestInterceptor,
  NotFoundException,
  Param,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { pino } from 'pino'
import { type Observable, tap } from 'rxjs'
import { RequestMetrics } from './request-metrics.ts'

const logger = pino(pino.destination('/dev/null'))
const metrics = new RequestMetrics()

/** Times, counts and logs what is answered well. */
class OutcomeInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp()
    const request = http.getRequest<FastifyRequest>()
    const reply = http.getResponse<FastifyReply>()
    return next.handle().pipe(tap(() => record(request, reply.statusCode, reply.elapsedTime)))
  }
}

/** Answers, counts and logs what is thrown. */
class OutcomeFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp()
    const request = http.getRequest<FastifyRequest>()
    const reply = http.getResponse<FastifyReply>()
    const status = thrown instanceof HttpException ? thrown.getStatus() : 500
    const body =
      thrown instanceof HttpException
        ? thrown.getResponse()
        : { statusCode: 500, message: 'Internal server error' }
    record(request, status, reply.elapsedTime, thrown)
    reply.code(status).send(body)
  }
}

function record(request: FastifyRequest, status: number, durationMs: number, err?: unknown): void {
  const { id, method, routeOptions, url } = request
  metrics.record(method, routeOptions.url ?? '(no route)', status, durationMs)
  if (err === undefined) logger.info({ reqId: id, method, url, status, durationMs }, 'request completed')
  else logger.warn({ reqId: id, method, url, status, durationMs, err }, 'request failed')
}

class ThingsController {
  thing(id: string): { id: string; name: string } {
    return { id, name: 'a thing' }
  }

  missing(id: string): never {
    throw new NotFoundException(`There is no thing ${id}.`)
  }
}

class BenchModule {}

// Decorators are functions: applied like this they need no syntax that type stripping refuses.
decorate(Injectable(), OutcomeInterceptor)
decorate(Catch(), OutcomeFilter)
decorate(Controller(), ThingsController)
decorateMethod(Get('things/:id'), 'thing')
decorateMethod(Get('missing/:id'), 'missing')
Param('id')(ThingsController.prototype, 'thing', 0)
Param('id')(ThingsController.prototype, 'missing', 0)
decorate(Module({ controllers: [ThingsController] }), BenchModule)

/** NestJS on Fastify, with an interceptor and a filter that do what the others do. */
export async function nest(): Promise<FastifyInstance> {
  const app = await NestFactory.create<NestFastifyApplication>(BenchModule, new FastifyAdapter(), {
    logger: false,
  })
  app.useGlobalInterceptors(new OutcomeInterceptor())
  app.useGlobalFilters(new OutcomeFilter())
  await app.init()
  return app.getHttpAdapter().getInstance() as unknown as FastifyInstance
}

function decorate(decorator: ClassDecorator, target: new () => object): void {
  decorator(target)
}

function decorateMethod(decorator: MethodDecorator, name: 'thing' | 'missing'): void {
  const descriptor = Object.getOwnPropertyDescriptor(ThingsController.prototype, name)
  if (descriptor !== undefined) decorator(ThingsController.prototype, name, descriptor)
}
