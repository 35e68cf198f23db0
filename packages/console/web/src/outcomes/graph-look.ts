import { percent } from '../format/time.ts'
import { type ClassSeries, groupOrder, type OutcomeGroup, type OutcomeSeries } from './outcome-series.ts'

export const groupNames: Record<OutcomeGroup, string> = {
  failures: 'Failures',
  ignored: 'Ignored failures',
  'in-steps': 'In steps',
}

/** Solid lowers the success rate, dashed doesn't, dotted was met on the way. */
export const groupDashes: Record<OutcomeGroup, readonly number[] | undefined> = {
  failures: undefined,
  ignored: [7, 4],
  'in-steps': [2, 3],
}

/** In pixels: what lowers the success rate stands out. */
export const groupWidths: Record<OutcomeGroup, number> = { failures: 2.5, ignored: 1.5, 'in-steps': 1.5 }

const colorsPerGroup = 6

/** Gives every class a colour of its group's family, and the same one for as long as the page is open. */
export class Colors {
  readonly #places = new Map<string, number>()
  readonly #taken: Record<OutcomeGroup, number> = { failures: 0, ignored: 0, 'in-steps': 0 }

  /** The name of the CSS variable that holds the colour of the class. */
  of({ key, group }: Pick<ClassSeries, 'key' | 'group'>): string {
    let place = this.#places.get(key)
    if (place === undefined) {
      place = this.#taken[group]++ % colorsPerGroup
      this.#places.set(key, place)
    }
    return `--series-${group}-${place}`
  }
}

/** The graph in words, for those who don't see it. */
export function inWords({ rates, classes }: OutcomeSeries, windowName: string): string {
  const known = rates.filter(rate => rate !== undefined)
  const latest = known.at(-1)
  const rate =
    latest === undefined
      ? 'No transaction was rated.'
      : `Success rate: lowest ${percent(Math.min(...known))}, latest ${percent(latest)}.`
  const groups = groupOrder.map(group => {
    const counted = classes.filter(series => series.group === group)
    const list = counted.map(({ exception, total }) => `${exception} ${total}`).join(', ')
    return `${groupNames[group]}: ${list || 'none'}.`
  })
  return [`Outcomes of the last ${windowName}.`, rate, ...groups].join(' ')
}
