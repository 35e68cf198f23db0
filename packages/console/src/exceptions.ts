/** Every exception of its own that a caller of the console can meet, beside the library's `ValidationException`. */
export {
  ForeignPageException,
  NotAnOperatorException,
  WrongOperatorTokenException,
} from './access/exceptions.ts'
export {
  ActionNotCancellableException,
  DeedNotOfferedException,
  NoSuchActionException,
  NoSuchStepException,
  NothingLeftOverException,
} from './actions/exceptions.ts'
export {
  FindingNotOpenException,
  NoSuchFindingException,
  NoSuchRemedyException,
} from './findings/exceptions.ts'
export { ConsoleNotBuiltException, NoSuchConsolePageException } from './pages/exceptions.ts'
export {
  NoSuchIncidentException,
  NoSuchTransactionException,
  NotAnIncidentNumberException,
} from './records/exceptions.ts'
export { NoPastStatisticsException } from './statistics/exceptions.ts'
