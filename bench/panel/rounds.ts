import { median } from '../figure.ts'

/** Something that is measured beside others. */
export interface Measurable {
  readonly name: string
  /** More is better. */
  measure(): Promise<number>
}

/**
 * Measures both in turn, each time the other one first, so that whatever else the machine does hits both alike. Ratios are
 * made within a round and the one in the middle is taken: the machine's mood is then in both parts.
 *
 * @returns how many times as much the first does as the second, after one round that warms up
 */
export async function ratioOf(one: Measurable, other: Measurable, rounds: number): Promise<number> {
  const ratios: number[] = []
  const measured = new Map<Measurable, number[]>([
    [one, []],
    [other, []],
  ])
  for (const each of [one, other]) await each.measure()
  for (let round = 0; round < rounds; round++) {
    for (const each of round % 2 === 0 ? [one, other] : [other, one]) {
      measured.get(each)?.push(await each.measure())
    }
    ratios.push((measured.get(one)?.[round] ?? Number.NaN) / (measured.get(other)?.[round] ?? Number.NaN))
  }
  for (const [{ name }, all] of measured) console.log(`${name}: ${median(all).toFixed(0)}/s`)
  return median(ratios)
}
