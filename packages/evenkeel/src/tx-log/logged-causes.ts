import { Exception } from '../exceptions/exception.ts'
import { withoutSecrets } from './redaction/without-secrets.ts'
import type { LoggedCause } from './tx-log.ts'

const linksMax = 10
const messageCharsMax = 2000
const stackCharsMax = 8000

/**
 * An exception and what led to it, outermost first. Never throws: a cycle ends the chain, and a cause that
 * can't be read ends it with a link that says so. Stacks are kept under an internal exception only, where
 * they show the bug; one that only repeats the link above is left out.
 */
export function loggedCauses(exception: Exception): LoggedCause[] {
  const hasStacks = exception.category === 'internal'
  const links: LoggedCause[] = []
  const seen: unknown[] = [] // few at most: a set would cost more than all looks into it
  let stackAbove: string | undefined
  let thrown: unknown = exception
  while (thrown !== undefined && !seen.includes(thrown) && links.length < linksMax) {
    seen.push(thrown)
    try {
      const stack = hasStacks ? stackOf(thrown) : undefined
      links.push(linkOf(thrown, stack === stackAbove ? undefined : stack))
      stackAbove = stack ?? stackAbove
      thrown = thrown instanceof Error ? thrown.cause : undefined
    } catch {
      // The reason why it can't be read is of no interest, only that the chain is not complete.
      links.push(unreadable)
      break
    }
  }
  return links
}

const unreadable: LoggedCause = {
  exception: 'unreadable',
  message: 'What led to this can not even be read.',
  service: undefined,
  txId: undefined,
  stack: undefined,
}

function linkOf(thrown: unknown, stack: string | undefined): LoggedCause {
  const isError = thrown instanceof Error
  const origin = thrown instanceof Exception ? thrown.origin : undefined
  return {
    exception: isError ? String(thrown.name) : typeof thrown,
    message: cut(String(isError ? thrown.message : thrown), messageCharsMax),
    service: origin?.service,
    txId: origin?.txId,
    stack,
  }
}

/** The stack of an error, unless it is the mere first line of one that was not filled. */
function stackOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined
  // Where a remote's exception was rebuilt says nothing about where it was thrown.
  if (thrown instanceof Exception && thrown.origin !== undefined) return undefined
  const stack = String(thrown.stack)
  return stack.includes('\n') ? cut(stack, stackCharsMax) : undefined
}

/** So much more than is kept is looked at for secrets: one that is cut through would not be known for what it is. */
const cutMarginChars = 500

/** Others' messages may quote what they were called with: a header, a URL with its password. */
function cut(text: string, charsMax: number): string {
  const masked = withoutSecrets(text.slice(0, charsMax + cutMarginChars))
  return masked.length > charsMax ? `${masked.slice(0, charsMax)}…` : masked
}
