export { deadlineHeader, formatDeadline, parseDeadline } from './deadline-header.ts'
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
export { formatHops, hopsHeader, parseHops } from './hops-header.ts'
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
export { parseJson } from './parse-json.ts'
export { type Problem, parseProblem, problemMediaType, toProblem } from './problem.ts'
export { type ReadJsonOptions, readJson } from './read-json.ts'
export { type FoundRoute, type RouteTable, type RouteTableOptions, routeTable } from './route-table.ts'
export type { MountedEvenkeel, ServerOptions } from './server-chain.ts'
export { type SchemaIssue, type SchemaResult, type StandardSchema, validated } from './validated.ts'
