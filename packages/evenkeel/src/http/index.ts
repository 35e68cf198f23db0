export {
  ClientDisconnectedException,
  EmptyBodyException,
  ExpectationFailedException,
  HandledTwiceException,
  HeadersTooLargeException,
  MalformedJsonException,
  MalformedRequestException,
  MalformedUrlException,
  MethodNotAllowedException,
  MissingHostException,
  ParameterTooLongException,
  PayloadTooLargeException,
  RequestTimeoutException,
  ResponseInterruptedException,
  ResponseNotSerializableException,
  RouteNotFoundException,
  TruncatedBodyException,
  UnseenAnswerException,
  UnsupportedMediaTypeException,
} from './exceptions.ts'
export {
  HttpCatchAllFilter,
  type HttpCatchAllFilterOptions,
  type Present,
  type PresentContext,
} from './http-catch-all-filter.ts'
export type { HttpAnswer, HttpRequest } from './http-message.ts'
export {
  categoryHeader,
  exceptionHeader,
  type Identity,
  identityHeaders,
  parseIdentity,
  txHeader,
} from './identity-headers.ts'
export { type Problem, parseProblem, problemMediaType, toProblem } from './problem.ts'
