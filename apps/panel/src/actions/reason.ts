import { DependencyException, type Exception } from 'evenkeel'

/** What could not be done, in the customer's words, by the operation, step or object that an exception names. */
const words: readonly (readonly [RegExp, string])[] = [
  [/^(network\.|port )/, 'the network interface could not be made'],
  [/^(volumes\.|volume )/, 'a volume could not be made'],
  [/^(compute\.|server )/, 'the server could not be started'],
  [/^(dns\.|pointer )/, 'the reverse DNS entry could not be made'],
]

/**
 * Why a creation was rolled back, as a sentence for the customer. What a back end said in its own words is for
 * operators; they find it under the incident's number.
 */
export function reasonOf(cause: Exception): string {
  const what = whatFailed(cause)
  if (what === undefined) return cause.publicMessage
  return `${what}, because a system behind this service did not do its part.`
}

function whatFailed(cause: unknown): string | undefined {
  if (!(cause instanceof DependencyException)) return undefined
  const { operation, step, object } = cause.data
  const [, what] = words.find(([named]) => named.test(String(operation ?? step ?? object))) ?? []
  return what ?? whatFailed(cause.cause)
}
