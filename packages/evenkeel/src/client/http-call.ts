import type { Json } from '../exceptions/index.ts'

/** A request to another service. */
export interface HttpCall {
  /** @default 'GET' */
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'
  /** Appended to the base URL's own path. */
  readonly path: string
  /** What is undefined is left out. */
  readonly query?: { readonly [name: string]: string | number | boolean | undefined }
  readonly headers?: { readonly [name: string]: string }
  /** Sent as JSON. */
  readonly body?: Json
  /** What the answer's body has to be. @default anything */
  readonly answer?: AnswerSchema<unknown>
  /** Aborted by the code that calls, when it loses interest. @default the signal of the active transaction */
  readonly signal?: AbortSignal
  /** How long this call may take in all, in milliseconds. @default the client's */
  readonly timeoutMs?: number
  /** What is asked for, in few different values. @default method and path */
  readonly operation?: string
}

/** Checks and shapes a body. Zod's schemas are such. */
export interface AnswerSchema<Body> {
  /** @throws anything, when `body` isn't a `Body` */
  parse(body: unknown): Body
}

/** The successful answer to a call. */
export interface HttpResult<Body = Json | undefined> {
  readonly status: number
  readonly headers: Headers
  /** What the call's schema made of it; without one a JSON value, any other body as text, or undefined if there is none. */
  readonly body: Body
}

/** A service over HTTP. With a schema, the answer has its type. */
export interface HttpClient {
  <Body>(call: HttpCall & { readonly answer: AnswerSchema<Body> }): Promise<HttpResult<Body>>
  (call: HttpCall): Promise<HttpResult>
}
