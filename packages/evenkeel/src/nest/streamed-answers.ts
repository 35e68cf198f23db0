import { type CallHandler, type ExecutionContext, type NestInterceptor, StreamableFile } from '@nestjs/common'
import { map, type Observable } from 'rxjs'
import { exchangeOf } from '../node-http/exchange.ts'
import { rawOf } from './exception-filter.ts'

/**
 * Hears of it when the stream of an answer breaks. Nest would end the answer as if it were whole, or send the client
 * the message.
 */
export class StreamedAnswers implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map(answer => watched(answer, context)))
  }
}

function watched(answer: unknown, context: ExecutionContext): unknown {
  if (!(answer instanceof StreamableFile)) return answer
  const exchange = exchangeOf(rawOf(context.getArgByIndex(0)))
  return exchange === undefined ? answer : answer.setErrorHandler(error => exchange.fail(error))
}
