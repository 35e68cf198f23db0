export {
  type ExceptionDescription,
  type ExceptionDescriptions,
  type ExceptionReference,
  exceptionReference,
  type ReferenceEntry,
} from './exception-reference.ts'
export { type GeneralExceptionName, generalExceptions } from './general-exceptions.ts'
export { mountReference } from './reference-route.ts'
export { referenceHtml, referenceMarkdown } from './reference-text.ts'
