import {
  type ExceptionOptions,
  GatewayTimeoutException,
  type RetrySafety,
  ValidDiscardingRequestException,
} from 'evenkeel'

/** A shard of the store did not answer in time. Nothing was written. */
export class ShardTooSlowException extends GatewayTimeoutException<{ shard: string; limitMs: number }> {
  constructor(shard: string, limitMs: number, options?: ExceptionOptions) {
    super(`${shard} did not answer within ${limitMs} ms. Look at its disk, or give it less to do.`, {
      ...options,
      data: { shard, limitMs },
    })
  }

  protected override get defaultRetry(): RetrySafety {
    return 'safe'
  }
}

/** The author has said just this before: it is kept once. */
export class DuplicateTweetException extends ValidDiscardingRequestException<{ tweet: number }> {
  constructor(tweet: number, options?: ExceptionOptions) {
    super(`This was said before, in tweet ${tweet}: nothing new is kept.`, { ...options, data: { tweet } })
  }
}
