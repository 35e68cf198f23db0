import { atOurEdge, type EdgeOptions } from '../exceptions/edge.ts'
import { Filter, type Service } from './service.ts'
import { activeTx } from './transaction.ts'

/**
 * Stands where a service meets its own edge: whatever was thrown leaves it as an exception, and as ours.
 * A remote's exception that nobody caught becomes what it is to our callers (`atOurEdge`), unless the operation
 * declares that it hands its class on: here, or as the transaction's `passThrough`.
 *
 * @example
 * const getVolume = chain([new EdgeFilter({ passThrough: [VolumeNotFoundException] })], askVolumes)
 */
export class EdgeFilter<Req, Resp> extends Filter<Req, Resp> {
  readonly #options: EdgeOptions | undefined

  constructor(options?: EdgeOptions) {
    super()
    this.#options = options
  }

  override apply(request: Req, next: Service<Req, Resp>): Promise<Resp> {
    return next(request).catch(this.#leave)
  }

  // One function for all requests: most need it never.
  readonly #leave = (thrown: unknown): never => {
    throw atOurEdge(thrown, this.#options ?? activeTx())
  }
}
