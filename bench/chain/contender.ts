import type { Service } from 'evenkeel'
import type { HttpAnswer, HttpRequest } from 'evenkeel/http'

/** One way of counting, logging and answering every request, whatever becomes of it. */
export interface Contender {
  /** A service that answers. */
  readonly success: Service<HttpRequest, HttpAnswer>
  /** A service whose business function throws, and that answers 404 for it. */
  readonly exception: Service<HttpRequest, HttpAnswer>
  /** How many requests it has counted: a comparison is fair only between things that do the same. */
  counted(): Promise<number>
}
