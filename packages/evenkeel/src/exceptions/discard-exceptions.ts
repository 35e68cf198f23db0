import { type Category, Exception, type PublicData } from './exception.ts'

/**
 * The request was valid and isn't going to be completed: a duplicate, a setting that is off. Counted by
 * class, never against the success rate; on the wire it is a 200 that carries the identity.
 */
export class ValidDiscardingRequestException<Data extends PublicData = PublicData> extends Exception<Data> {
  static override readonly status: number = 200
  get category(): Category {
    return 'discard'
  }
}
