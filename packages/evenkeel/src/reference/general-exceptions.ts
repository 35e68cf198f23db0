import { ActionsStoppingException } from '../actions/exceptions.ts'
import {
  atOurEdge,
  BadClientRequestException,
  DeadlineExceededException,
  InternalException,
  OverloadedException,
  ValidationException,
} from '../exceptions/index.ts'
import * as server from '../http/exceptions.ts'
import type { ExceptionDescription, ExceptionDescriptions } from './exception-reference.ts'

/** Nobody receives these: there is no client any more, its connection is cut, or the framework has answered by itself. */
type NeverReceived = 'ClientDisconnectedException' | 'ResponseInterruptedException' | 'UnseenAnswerException'

/** A bug of who wrote the service, like all that stands under `InternalException`. */
type Bug = 'HandledTwiceException'

type ServersExceptions = Omit<ExceptionDescriptions<typeof server>, NeverReceived | Bug>

/** What every server says by itself. The compiler names what is missing here. */
const serverExceptions: ServersExceptions = {
  EmptyBodyException: {
    meaning: 'The body claims to be JSON and is empty. Send a value, or no content-type header.',
    example: () => new server.EmptyBodyException(),
  },
  ExpectationFailedException: {
    meaning: 'The expect header asks for something other than 100-continue. Leave it out.',
    example: () => new server.ExpectationFailedException('200-ok'),
  },
  HeadersTooLargeException: {
    meaning: 'The headers are larger than the server takes. Send fewer or shorter ones.',
    example: () => new server.HeadersTooLargeException(),
  },
  MalformedJsonException: {
    meaning: 'The body claims to be JSON and is not. The detail says where it goes wrong.',
    example: () => new server.MalformedJsonException('it ends too early'),
  },
  MalformedRequestException: {
    meaning: 'What came over the connection is no request of HTTP. Check the scheme of the URL.',
    example: () => new server.MalformedRequestException('it can not be parsed'),
  },
  MalformedUrlException: {
    meaning: 'The path can not be decoded. Encode it.',
    example: () => new server.MalformedUrlException('/things/100%'),
  },
  MethodNotAllowedException: {
    meaning: 'Something is at this path, and it takes other methods: those of the allow header.',
    example: () => new server.MethodNotAllowedException('PUT', '/things/7', ['DELETE', 'GET', 'HEAD']),
  },
  MissingHostException: {
    meaning: 'A request of HTTP/1.1 has no host header. Send one.',
    example: () => new server.MissingHostException(),
  },
  ParameterTooLongException: {
    meaning: 'A part of the path is longer than any id is. Check how the path is put together.',
    example: () => new server.ParameterTooLongException('/things/xxxxxxxxxxxxxxxxxxxx…'),
  },
  PayloadTooLargeException: {
    meaning: 'The body is larger than the operation takes. Send less at once.',
    example: () => new server.PayloadTooLargeException(1_048_576),
  },
  RequestTimeoutException: {
    meaning: 'The request did not arrive in whole within the time that it is given. Send it again.',
    example: () => new server.RequestTimeoutException(),
  },
  ResponseNotSerializableException: {
    meaning:
      'A bug of the service, found after the work was done: its answer can not be written. Look whether the request took effect before you repeat it.',
    example: () => new server.ResponseNotSerializableException('GET /things/:id'),
  },
  RouteNotFoundException: {
    meaning: 'Nothing is at this path. Check it: this is about the route and not about an id in it.',
    example: () => new server.RouteNotFoundException('GET', '/thing/7'),
  },
  TruncatedBodyException: {
    meaning: 'The body ended before its announced length. Send the whole of it.',
    example: () => new server.TruncatedBodyException(),
  },
  UnsupportedMediaTypeException: {
    meaning: 'The body is in a format that the operation does not read.',
    example: () => new server.UnsupportedMediaTypeException('text/yaml'),
  },
}

/** The name of one that any service may answer with. */
export type GeneralExceptionName =
  | keyof ServersExceptions
  | 'ActionsStoppingException'
  | 'BadClientRequestException'
  | 'DeadlineExceededException'
  | 'InternalException'
  | 'OverloadedException'
  | 'ValidationException'

/**
 * The library's exceptions that any service answers with beside its own: those of the server, of the filters, and of
 * actions that are not begun. What the exceptions of other services become on their way through is up to the service.
 */
export const generalExceptions: { readonly [Name in GeneralExceptionName]: ExceptionDescription } = {
  ...serverExceptions,
  ActionsStoppingException: {
    meaning: 'The service is restarting. Nothing was begun: send the request again after the wait.',
    example: () => atOurEdge(new ActionsStoppingException('thing.create')),
  },
  BadClientRequestException: {
    meaning:
      'The request can not be taken as it is, for a reason that has no class of its own: see the detail.',
    example: () => new BadClientRequestException('The multipart body has too many parts.'),
  },
  DeadlineExceededException: {
    meaning:
      'The time that the operation is given, or that the caller allowed, was over first. If it had begun, ask for its state before you repeat it.',
    example: () => new DeadlineExceededException('GET /things', 500),
  },
  InternalException: {
    meaning:
      'A bug of the service, whose class may also be another one of category internal. Report the txId: what happened is in the log under it.',
    example: () => new InternalException('Never shown.'),
  },
  OverloadedException: {
    meaning:
      'The service has more to do than it can and did not begin with this. Send it again after the wait.',
    example: () => new OverloadedException('Never shown.', { retryAfterMs: 1000 }),
  },
  ValidationException: {
    meaning: 'Fields of the request are missing or wrong: the data says which, and why.',
    example: () => new ValidationException({ 'things[0].size': 'Must be at least 1.' }),
  },
}
