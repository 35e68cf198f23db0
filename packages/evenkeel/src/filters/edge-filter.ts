import { atOurEdge } from '../exceptions/edge.ts'
import { Filter, type Service } from './service.ts'

/**
 * Stands where a service meets its own edge: whatever was thrown leaves it as an exception, and as ours.
 * A remote's exception that nobody caught becomes what it is to our callers (`atOurEdge`).
 */
export class EdgeFilter<Req, Resp> extends Filter<Req, Resp> {
  override async apply(request: Req, next: Service<Req, Resp>): Promise<Resp> {
    try {
      return await next(request)
    } catch (thrown) {
      throw atOurEdge(thrown)
    }
  }
}
