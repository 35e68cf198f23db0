export type { ServerOptions } from '../http/server-chain.ts'
export { type FetchHandler, type FetchHandlerOptions, fetchHandler } from './fetch-handler.ts'
export { type HonoApp, honoHandler } from './hono-handler.ts'
