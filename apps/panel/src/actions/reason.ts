import { DependencyException, type Exception } from 'evenkeel'

/** What could not be done at the cloud, in the customer's words. */
const words: { readonly [operation: string]: string } = {
  'network.createPort': 'the network interface could not be made',
  'volumes.create': 'a volume could not be made',
  'compute.createServer': 'the server could not be started',
  'compute.startServer': 'the server could not be started',
  'compute.stopServer': 'the server could not be stopped',
  'compute.rebootServer': 'the server could not be rebooted',
  'compute.resizeServer': 'the flavor could not be changed',
  'dns.setPointer': 'the reverse DNS entry could not be made',
}

/**
 * Why an action was rolled back, as a sentence for the customer. What a back end said in its own words is for
 * operators; they find it under the incident's number.
 */
export function reasonOf(cause: Exception): string {
  const operation = operationOf(cause)
  const what = operation === undefined ? undefined : words[operation]
  if (what === undefined || !(cause instanceof DependencyException)) return cause.publicMessage
  return `${what}, because a system behind this service did not do its part.`
}

function operationOf(cause: unknown): string | undefined {
  if (!(cause instanceof DependencyException)) return undefined
  const { operation } = cause.data
  return typeof operation === 'string' ? operation : operationOf(cause.cause)
}
