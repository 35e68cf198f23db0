import { type Category, Exception } from './exception.ts'

/** One service that an exception passed on its way here: what it was there, and in which transaction. Names only. */
export interface Hop {
  readonly className: string
  readonly service: string
  readonly txId: string | undefined
}

/** The services that an exception came through, nearest first, and at most ten of them. */
export function hopsOf(exception: Exception): readonly Hop[] {
  const hops: Hop[] = []
  const seen = new Set<unknown>()
  for (let link: unknown = exception; link instanceof Error && !seen.has(link); link = link.cause) {
    seen.add(link)
    if (!(link instanceof Exception) || link.origin === undefined) continue
    hops.push({ className: link.className, ...link.origin })
    if (hops.length === hopsMax) break
  }
  return hops
}

/**
 * Gives a rebuilt exception the hops that lie behind the one that we called, as its chain of causes: the log then
 * names each of them, with the transaction under which its own log has the rest.
 */
export function withHops(exception: Exception, hops: readonly Hop[]): Exception {
  const cause = hops
    .slice(0, hopsMax)
    .reduceRight<Error | undefined>((beyond, hop) => new RemoteCause(hop, beyond), undefined)
  if (cause !== undefined) Object.defineProperty(exception, 'cause', { value: cause })
  return exception
}

const hopsMax = 10

/** Stands for what another service met behind the one that we called. It is never thrown: it is in chains of causes only. */
class RemoteCause extends Exception {
  constructor({ className, service, txId }: Hop, cause: Error | undefined) {
    const where = txId === undefined ? 'in its log' : `in its log, transaction ${txId}`
    super(`What it said stays with ${service}: look ${where}.`, { cause })
    Object.defineProperty(this, 'className', { value: className })
    Object.defineProperty(this, 'origin', { value: { service, txId } })
  }

  get category(): Category {
    return 'dependency'
  }
}
