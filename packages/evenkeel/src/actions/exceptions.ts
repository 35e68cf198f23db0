import { DependencyException, type PublicData, type RetrySafety } from '../exceptions/index.ts'

/** A system has no hands free, or another operation runs on the object: nothing happened, and another attempt may succeed. */
export class BusyException<Data extends PublicData = PublicData> extends DependencyException<Data> {
  protected override get defaultRetry(): RetrySafety {
    return 'safe'
  }
}

/** A system said no: nothing happened, and another attempt would find the same. */
export class RefusedException<Data extends PublicData = PublicData> extends DependencyException<Data> {
  protected override get defaultRetry(): RetrySafety {
    return 'unsafe'
  }
}
