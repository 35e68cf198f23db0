/** An asynchronous function from a request to its response. */
export type Service<Req, Resp> = (request: Req) => Promise<Resp>

/** Something that runs around a service: before it, after it, or instead of it. */
export abstract class Filter<Req, Resp> {
  abstract apply(request: Req, next: Service<Req, Resp>): Promise<Resp>

  /** How the filter appears in a printed chain. */
  toString(): string {
    return this.constructor.name
  }
}

/**
 * Puts filters around a service, outermost first, once. The result is a service again, and prints itself:
 * `CatchAllFilter → StatsFilter → listServers`.
 *
 * @example
 * const api = chain([new StatsFilter({ stats }), new TxLoggingFilter({ log })], listServers)
 */
export function chain<Req, Resp>(
  filters: readonly Filter<Req, Resp>[],
  service: Service<Req, Resp>,
): Service<Req, Resp> {
  const composed = filters.reduceRight<Service<Req, Resp>>(
    (next, filter) => promising(request => filter.apply(request, next)),
    promising(service),
  )
  // A chain inside a chain prints in full; any other function by its name.
  const innermost = Object.hasOwn(service, 'toString') ? String(service) : service.name || 'service'
  const printed = [...filters.map(String), innermost].join(' → ')
  return Object.defineProperties(composed, {
    name: { value: innermost },
    toString: { value: () => printed },
  })
}

/**
 * Makes sure of a promise: an error thrown synchronously becomes a rejection, so that outer filters meet every
 * failure in one form. An `async` function would do the same, at three turns of the queue for each filter.
 */
function promising<Req, Resp>(service: Service<Req, Resp>): Service<Req, Resp> {
  return request => {
    try {
      return Promise.resolve(service(request))
    } catch (thrown) {
      return Promise.reject(thrown)
    }
  }
}
