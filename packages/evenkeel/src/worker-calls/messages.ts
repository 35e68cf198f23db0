/** What a worker can be asked: each kind by its name, which also says what it is answered with. */
export interface AnyRequest {
  readonly kind: string
}

/** The request that a worker answers last, when all before it are. */
export const endRequest = { kind: 'end' } as const

/** A request on its way, with the number that its answer will carry. */
export interface Call<Request extends AnyRequest> {
  readonly call: number
  readonly request: Request | typeof endRequest
}

export type WorkerMessage<Answer, Notice> =
  | { readonly kind: 'answer'; readonly call: number; readonly answer: Answer }
  | { readonly kind: 'failure'; readonly call: number; readonly error: unknown; readonly isDiskFull: boolean }
  /** What the worker tells without being asked. */
  | { readonly kind: 'notice'; readonly notice: Notice }
