import type { CountedSecond, OutcomeLatency, SecondsSource } from 'evenkeel/stats'

const classes = 200
const operations = 100
/** How many of the 20,000 combinations occur in a minute, besides every operation's successes. */
const failuresPerMinute = 100

/** A source that is told what it has counted. */
export class GivenSeconds implements SecondsSource {
  readonly #listeners = new Set<(second: CountedSecond) => void>()

  onSecond(listener: (second: CountedSecond) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  presentSecond(): undefined {
    return undefined
  }

  give(second: CountedSecond): void {
    for (const listener of this.#listeners) listener(second)
  }
}

/** One second of each minute, so that every combination of class and operation has its turn within some hours. */
export function secondOf(minute: number): CountedSecond {
  const outcomes: OutcomeLatency[] = []
  for (let at = 0; at < operations; at++) outcomes.push(outcome(at, undefined, 50))
  for (let at = 0; at < failuresPerMinute; at++) {
    const combination = (minute * failuresPerMinute + at) * 7919
    outcomes.push(outcome(combination % operations, Math.floor(combination / operations) % classes, 1))
  }
  const callers = Array.from({ length: 20 }, (_, caller) => ({
    kind: 'request' as const,
    caller: `project:${caller}`,
    exception: undefined,
    category: undefined,
    count: 250,
  }))
  return { second: minute * 60, outcomes, callers }
}

function outcome(operation: number, failure: number | undefined, count: number): OutcomeLatency {
  return {
    kind: 'request',
    operation: `GET /v1/things-${operation}/{id}`,
    exception: failure === undefined ? undefined : `Thing${failure}UnavailableException`,
    category: failure === undefined ? undefined : 'dependency',
    status: failure === undefined ? 200 : 503,
    count,
    durationMsSum: 10 * count,
    latency: [130, count],
  }
}
