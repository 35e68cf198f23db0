export type { AnswerRow, AnswerTable } from './answer-table.ts'
export {
  AnswerTooLargeException,
  CallAbortedException,
  CallFailedException,
  CallTimedOutException,
  ConnectionLostException,
  ConnectionRefusedException,
  DeadlinePassedException,
  HostNotFoundException,
  HostUnreachableException,
  MalformedAnswerException,
  NotHttpException,
  RemoteFailedException,
  RemoteUnavailableException,
  TlsFailedException,
  UnexpectedAnswerException,
  UnexpectedStatusException,
} from './exceptions.ts'
export type { AnswerSchema, HttpCall, HttpClient, HttpResult } from './http-call.ts'
export { type HttpClientOptions, httpClient } from './http-client.ts'
