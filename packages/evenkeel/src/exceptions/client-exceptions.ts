import { type Category, Exception, type ExceptionOptions, type PublicData } from './exception.ts'

/** The caller must change something: a repetition of the same request finds the same answer. */
export class BadClientRequestException<Data extends PublicData = PublicData> extends Exception<Data> {
  static override readonly status: number = 400
  get category(): Category {
    return 'client'
  }
}

/** What is wrong with each field, by its path (`volumes[0].size_gb`). */
export type FieldErrors = { readonly [path: string]: string }

/** Fields of the request are missing or wrong. */
export class ValidationException extends BadClientRequestException<{ readonly fields: FieldErrors }> {
  constructor(fields: FieldErrors, options?: ExceptionOptions) {
    const sentences = Object.entries(fields).map(([path, reason]) => `${path}: ${reason}`)
    super(sentences.join(' '), { ...options, data: { fields } })
  }
}

/** The caller isn't known: a token is missing, wrong or expired. */
export class AuthenticationException<
  Data extends PublicData = PublicData,
> extends BadClientRequestException<Data> {
  static override readonly status: number = 401
}

/** The caller is known and may not do this. */
export class AuthorizationException<
  Data extends PublicData = PublicData,
> extends BadClientRequestException<Data> {
  static override readonly status: number = 403
}

/** There is no such thing, or none that the caller may know of. */
export class NotFoundException<Data extends PublicData = PublicData> extends BadClientRequestException<Data> {
  static override readonly status: number = 404
}

/** The request contradicts the present state: another state, another answer. */
export class ConflictException<Data extends PublicData = PublicData> extends BadClientRequestException<Data> {
  static override readonly status: number = 409
}

/** A limit that was agreed with the caller is used up. */
export class QuotaExceededException<
  Data extends PublicData = PublicData,
> extends BadClientRequestException<Data> {
  static override readonly status: number = 403
}

/** The caller sends more requests than agreed. */
export class TooManyRequestsException<
  Data extends PublicData = PublicData,
> extends BadClientRequestException<Data> {
  static override readonly status: number = 429
}
