import 'reflect-metadata'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import {
  Body,
  Controller,
  Get,
  HttpCode,
  type INestApplication,
  Module,
  Post,
  Req,
  StandardSchemaValidationPipe,
  StreamableFile,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import type { FastifyRequest } from 'fastify'
import { evenkeelFastifyOptions } from '../fastify/evenkeel-fastify-options.ts'
import { serverContract } from '../http/server.contract.ts'
import type { ServerOptions } from '../http/server-chain.ts'
import type { ContractAnswer, ContractRoute, StartedServer } from '../http/server-harness.ts'
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
