import { median } from '../figure.ts'

/** So many actions at once, for so long. */
export interface Load {
  readonly concurrency: number
  readonly seconds: number
}

export interface Carried {
  readonly actions: number
  readonly actionsPerS: number
  /** From the start of an action until its end was told, in the middle of all. */
  readonly medianMs: number
}

let orders = 0

/** Keeps so many actions under way, each begun when one before has ended, and counts those that end in time. */
export async function carry(
  { concurrency, seconds }: Load,
  runAction: (order: number) => Promise<void>,
): Promise<Carried> {
  const startedAtMs = performance.now()
  const endAtMs = startedAtMs + seconds * 1000
  const durationsMs: number[] = []
  const oneAfterTheOther = async () => {
    for (;;) {
      const begunAtMs = performance.now()
      if (begunAtMs >= endAtMs) return
      await runAction(++orders)
      durationsMs.push(performance.now() - begunAtMs)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, oneAfterTheOther))
  const elapsedS = (performance.now() - startedAtMs) / 1000
  return {
    actions: durationsMs.length,
    actionsPerS: durationsMs.length / elapsedS,
    medianMs: median(durationsMs),
  }
}
