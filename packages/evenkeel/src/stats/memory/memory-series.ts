import { SeriesClosedException } from '../exceptions.ts'
import { lossOf } from '../loss.ts'
import type { LossOverTime, LossQuery, Series, Stretch, StretchOfOutcomes, StretchWidth } from '../series.ts'
import { justBefore, rounded, spansOf, tiers } from '../span.ts'
import type { CountedSecond, SecondOfOutcomes, SecondsSource } from '../stats.ts'
import { addCallers, addOutcomes, type Counted, talliesOf } from '../tallies.ts'

export interface MemorySeriesOptions {
  /** What counts. */
  stats: SecondsSource
  /** What runs here: a version, a commit. @default 'unknown' */
  release?: string
  /** The clock, in milliseconds since 1970. @default Date.now */
  now?: () => number
}

/** Keeps what is counted for as long as the process lives: for tests, and for what needs no more. */
export function memorySeries({ stats, release = 'unknown', now = Date.now }: MemorySeriesOptions): Series {
  return new MemorySeries(stats, release, now)
}

type Sum = Omit<CountedSecond, 'second'>

class MemorySeries implements Series {
  readonly #stats: SecondsSource
  readonly #release: string
  readonly #now: () => number
  /** By width, and by when they begin. */
  readonly #sums = new Map(tiers.map(({ width }) => [width, new Map<number, Sum>()]))
  readonly #stop: () => void
  #isClosed = false

  constructor(stats: SecondsSource, release: string, now: () => number) {
    this.#stats = stats
    this.#release = release
    this.#now = now
    this.#stop = stats.onSecond(second => this.#add(second))
  }

  async seconds(fromSecond: number, toSecond: number): Promise<readonly SecondOfOutcomes[]> {
    return this.#sumsOf(1, { fromSecond, toSecond }).map(([second, { outcomes }]) => ({
      second,
      outcomes: outcomes.map(({ latency: _, ...outcome }) => outcome),
    }))
  }

  async stretches(stretch: Stretch, width: StretchWidth): Promise<readonly StretchOfOutcomes[]> {
    return this.#sumsOf(width, stretch).map(([fromSecond, { outcomes }]) => ({
      fromSecond,
      toSecond: fromSecond + width,
      outcomes,
    }))
  }

  async loss({ window, before = justBefore(window), by, ...options }: LossQuery): Promise<LossOverTime> {
    const nowSecond = this.#nowSecond()
    const [inWindow, inBefore] = [rounded(window, nowSecond), rounded(before, nowSecond)]
    const loss = lossOf(
      talliesOf(this.#counted(inWindow), by),
      talliesOf(this.#counted(inBefore), by),
      options,
    )
    return { ...loss, window: { ...loss.window, ...inWindow }, before: { ...loss.before, ...inBefore } }
  }

  async close(): Promise<void> {
    this.#stop()
    this.#isClosed = true
  }

  #counted(stretch: Stretch): Counted[] {
    const widths = tiers.map(({ width }) => width)
    return spansOf(stretch, widths)
      .flatMap(span => this.#sumsOf(span.width, span))
      .map(([, sum]) => ({ ...sum, release: this.#release }))
  }

  /** What begins within the stretch, oldest first, the second that is being counted included. */
  #sumsOf(width: number, { fromSecond, toSecond }: Stretch): [number, Sum][] {
    if (this.#isClosed) throw new SeriesClosedException()
    const present = this.#stats.presentSecond()
    const sums = new Map(this.#sums.get(width))
    if (present !== undefined) addTo(sums, width, present)
    return [...sums]
      .filter(([start]) => fromSecond <= start && start < toSecond)
      .sort(([left], [right]) => left - right)
  }

  #add(second: CountedSecond): void {
    const nowSecond = this.#nowSecond()
    for (const { width, keepSeconds } of tiers) {
      const sums = this.#sums.get(width) as Map<number, Sum>
      addTo(sums, width, second)
      // The oldest are the first, but for those that a clock which was set back has left.
      for (const start of sums.keys()) {
        if (start >= nowSecond - keepSeconds - width) break
        sums.delete(start)
      }
    }
  }

  #nowSecond(): number {
    return Math.floor(this.#now() / 1000)
  }
}

function addTo(sums: Map<number, Sum>, width: number, { second, outcomes, callers }: CountedSecond): void {
  const start = second - (second % width)
  const sum = sums.get(start)
  sums.set(start, {
    outcomes: addOutcomes([...(sum?.outcomes ?? []), ...outcomes]),
    callers: addCallers([...(sum?.callers ?? []), ...callers]),
  })
}
