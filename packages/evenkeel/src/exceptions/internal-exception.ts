import { type Category, Exception, type PublicData } from './exception.ts'

/** A bug of ours. Its message never leaves the process: clients get the transaction's id instead. */
export class InternalException<Data extends PublicData = PublicData> extends Exception<Data> {
  static override readonly hasStack: boolean = true
  static override readonly status: number = 500
  get category(): Category {
    return 'internal'
  }

  protected override get defaultPublicMessage(): string {
    return 'Something went wrong on our side.'
  }
}
