import 'reflect-metadata'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import {
  BadRequestException,
  Body,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  HttpCode,
  HttpException,
  type INestApplication,
  InternalServerErrorException,
  Module,
  NotFoundException,
  Post,
  Req,
  ServiceUnavailableException,
  StandardSchemaValidationPipe,
  StreamableFile,
  UnauthorizedException,
  UnprocessableEntityException,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import type { FastifyRequest } from 'fastify'
import { describe, expect, it } from 'vitest'
import { evenkeelFastifyOptions } from '../fastify/evenkeel-fastify-options.ts'
import { serverContract } from '../http/server.contract.ts'
import type { ServerOptions } from '../http/server-chain.ts'
import {
  type ContractAnswer,
  type ContractRoute,
  observedServer,
  type StartedServer,
} from '../http/server-harness.ts'
import { mountEvenkeel } from './mount-evenkeel.ts'

serverContract('NestJS on Fastify', {
  innermost: 'NestJS',
  async start(routes, options, patienceMs) {
    const common = evenkeelFastifyOptions()
    const adapter = new FastifyAdapter({
      ...common,
      bodyLimit: 100,
      ...(patienceMs !== undefined && { requestTimeout: patienceMs }),
      http: { ...common.http, ...impatience(patienceMs) },
    })
    const app = await NestFactory.create<NestFastifyApplication>(moduleOf(routes), adapter, { logger: false })
    adapter
      .getInstance()
      .addContentTypeParser('application/octet-stream', (_, payload, done) => done(null, payload))
    return started(app, options)
  },
})

const parsedByExpress = 'the body parser of Express hands on nothing, or what it has read'

serverContract('NestJS on Express', {
  innermost: 'NestJS',
  lacks: {
    'an overlong parameter': 'Express sets no bound to a parameter',
    'JSON with a poisoned prototype': parsedByExpress,
    'an empty JSON body': parsedByExpress,
    'a media type that nobody reads': parsedByExpress,
    'a media type that is none': parsedByExpress,
  },
  differs: {
    'an unknown route, before its malformed body': {
      exception: 'MalformedJsonException',
      status: 400,
      because: 'Nest parses bodies before it looks for a route',
    },
    'an answer that JSON can not carry': {
      exception: 'InternalException',
      because: 'Express makes the JSON, and throws what any code may throw',
    },
  },
  async start(routes, options, patienceMs) {
    const app = await NestFactory.create<NestExpressApplication>(
      moduleOf(routes),
      new ImpatientAdapter(patienceMs),
      { logger: false },
    )
    app.useBodyParser('json', { limit: 100 })
    return started(app, options)
  },
})

class ImpatientAdapter extends ExpressAdapter {
  readonly #patienceMs: number | undefined

  constructor(patienceMs: number | undefined) {
    super()
    this.#patienceMs = patienceMs
  }

  override initHttpServer(): void {
    this.httpServer = createServer(impatience(this.#patienceMs), this.getInstance())
  }
}

async function started(app: INestApplication, options: ServerOptions): Promise<StartedServer> {
  const { chain } = mountEvenkeel(app, options)
  await app.listen(0, '127.0.0.1')
  const server: Server = app.getHttpServer()
  return {
    chain,
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections()
      await app.close()
    },
  }
}

/** Decorators are functions; a class that is made of a table has to call them. */
function moduleOf(routes: readonly ContractRoute[]): new () => object {
  class ContractController {}
  Controller()(ContractController)
  const prototype: Record<string, unknown> = ContractController.prototype as object as Record<string, unknown>
  for (const [at, { method, path, schema, handle }] of routes.entries()) {
    const name = `${method} ${path} ${at}`
    prototype[name] = (request: NestRequest, body: unknown) =>
      toNest(
        handle({
          params: request.params,
          json: () => body,
          bytes: () => ('raw' in request ? request.body : request) as AsyncIterable<Uint8Array>,
        }),
      )
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor
    ;(method === 'GET' ? Get(path) : Post(path))(prototype, name, descriptor)
    HttpCode(200)(prototype, name, descriptor)
    Req()(prototype, name, 0)
    const pipes = [new StandardSchemaValidationPipe()]
    Body(schema === undefined ? {} : { schema: schema as never, pipes })(prototype, name, 1)
  }
  class ContractModule {}
  Module({ controllers: [ContractController] })(ContractModule)
  return ContractModule
}

type NestRequest = (IncomingMessage | FastifyRequest) & {
  readonly params: Record<string, string>
  readonly body: unknown
}

function toNest(answer: ContractAnswer | Promise<ContractAnswer>): unknown {
  return Promise.resolve(answer).then(value =>
    value instanceof Readable ? new StreamableFile(value, { type: 'text/plain' }) : value,
  )
}

function impatience(patienceMs: number | undefined): object {
  if (patienceMs === undefined) return {}
  return { requestTimeout: patienceMs, headersTimeout: patienceMs, connectionsCheckingInterval: 20 }
}

describe.each([
  ['Fastify', () => new FastifyAdapter(evenkeelFastifyOptions())],
  ['Express', () => new ExpressAdapter()],
])('a Nest application on %s', (_, newAdapter) => {
  class CatNotFoundException extends NotFoundException {}

  async function answerTo(thrown: unknown, prepare: (app: INestApplication) => void = () => {}) {
    const route: ContractRoute = { method: 'GET', path: '/cats/:id', handle: () => Promise.reject(thrown) }
    await using server = await observedServer(async options => {
      const app = await NestFactory.create(moduleOf([route]), newAdapter(), { logger: false })
      prepare(app)
      return started(app, options)
    })
    const answer = await fetch(`${server.url}/cats/7`)
    const [row] = await server.rows(1)
    return { answer, body: await answer.text(), row, problems: server.problems }
  }

  it.each([
    ['BadRequestException', new BadRequestException('No.'), 'client', 400],
    ['UnauthorizedException', new UnauthorizedException('No.'), 'client', 401],
    ['NotFoundException', new NotFoundException('No.'), 'client', 404],
    ['CatNotFoundException', new CatNotFoundException('No.'), 'client', 404],
    ['UnprocessableEntityException', new UnprocessableEntityException('No.'), 'client', 422],
    ['BadClientRequestWithStatusException', new HttpException('No.', 418), 'client', 418],
    ['ServiceUnavailableException', new ServiceUnavailableException('secret'), 'dependency', 503],
    ['InternalServerErrorException', new InternalServerErrorException('secret'), 'internal', 500],
  ])('answers %s under its own name, with its status', async (exception, thrown, category, status) => {
    const { answer, body, row, problems } = await answerTo(thrown)

    expect(answer.status).toBe(status)
    expect(row).toMatchObject({ operation: 'GET /cats/:id', exception, category, status })
    expect(JSON.parse(body)).toMatchObject({ title: exception, category })
    expect(body).not.toContain('secret')
    expect(problems).toEqual([])
  })

  it('tells a client what a Nest exception carries for it', async () => {
    const { body } = await answerTo(new NotFoundException({ message: 'No cat 7.', cat: 7 }))

    expect(JSON.parse(body)).toMatchObject({
      detail: 'No cat 7.',
      data: { cat: 7 },
      ancestors: ['BadClientRequestException'],
    })
  })

  it('names each field that a validating pipe refuses, however the pipe puts it', async () => {
    const messages = ['name must be a string', 'sizes.1: is too large', 'name should not be empty']
    const { body, row } = await answerTo(new BadRequestException(messages))

    expect(row?.exception).toBe('ValidationException')
    expect(JSON.parse(body).data).toEqual({
      fields: { name: 'must be a string. should not be empty.', 'sizes[1]': 'is too large.' },
    })
  })

  it('may have filters that answer for a class', async () => {
    class CatFilter implements ExceptionFilter {
      catch(): void {
        throw new BadRequestException('Cats go their own ways.')
      }
    }
    Catch(CatNotFoundException)(CatFilter)

    const other = await answerTo(new BadRequestException('No.'), app => app.useGlobalFilters(new CatFilter()))

    expect(other.row?.exception).toBe('BadRequestException')
  })
})
