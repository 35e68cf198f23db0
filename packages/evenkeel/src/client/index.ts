export {
  CallAbortedException,
  CallFailedException,
  CallTimedOutException,
  ConnectionLostException,
  ConnectionRefusedException,
  DeadlinePassedException,
  HostNotFoundException,
  HostUnreachableException,
  MalformedAnswerException,
  RemoteFailedException,
  RemoteUnavailableException,
  TlsFailedException,
  UnexpectedStatusException,
} from './exceptions.ts'
export {
  type HttpCall,
  type HttpClientOptions,
  type HttpResult,
  httpClient,
} from './http-client.ts'
