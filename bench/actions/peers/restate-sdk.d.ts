// The package is installed by the benchmark alone, so the types must not need it: this is what of it is used here.
declare module '@restatedev/restate-sdk' {
  import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'

  export interface Context {
    run<T>(name: string, action: () => Promise<T>): Promise<T>
  }
  interface ServiceDefinition {
    readonly name: string
  }
  export function service(definition: {
    name: string
    handlers: Record<string, (context: Context, input: never) => Promise<unknown>>
  }): ServiceDefinition
  export function createEndpointHandler(options: {
    services: ServiceDefinition[]
    logger: (about: { level: string }, ...message: unknown[]) => void
  }): (request: Http2ServerRequest, response: Http2ServerResponse) => void
}
