/** A request as filters see it, whatever server or client carries it. */
export interface HttpRequest {
  readonly method: string
  /** Path and query, as sent. */
  readonly url: string
  /** By lower-case name. */
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined }
}

/** What is written as the response, or was: an answer that a handler has written itself keeps neither headers nor body. */
export interface HttpAnswer {
  readonly status: number
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}
