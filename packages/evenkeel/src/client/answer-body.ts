import type { Json } from '../exceptions/index.ts'
import { type Called, MalformedAnswerException, UnexpectedAnswerException } from './exceptions.ts'
import type { AnswerSchema } from './http-call.ts'
import type { RemoteAnswer } from './remote-exception.ts'

/**
 * The body of a successful answer.
 *
 * @throws {MalformedAnswerException} it says JSON and isn't
 * @throws {UnexpectedAnswerException} it isn't what the call asked for
 */
export function bodyOf(
  answer: RemoteAnswer,
  called: Called,
  schema: AnswerSchema<unknown> | undefined,
): unknown {
  const body = decoded(answer, called)
  if (schema === undefined) return body
  try {
    return schema.parse(body)
  } catch (cause) {
    throw new UnexpectedAnswerException(called, answer.status, { cause })
  }
}

function decoded(answer: RemoteAnswer, called: Called): Json | undefined {
  const { status, headers, body } = answer
  if (body.length === 0) return undefined
  const text = new TextDecoder().decode(body)
  if (!isJson(headers)) return text
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new MalformedAnswerException(called, status, { cause })
  }
}

/** The body of whatever answer as JSON, or undefined if it is none, whatever it says of itself. */
export function jsonOf({ body }: RemoteAnswer): Json | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    return undefined // an error page: what its status says counts
  }
}

function isJson(headers: Headers): boolean {
  const mediaType = headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return mediaType === 'application/json' || mediaType.endsWith('+json')
}
