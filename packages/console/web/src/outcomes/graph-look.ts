import { percent } from '../format/time.ts'
import { alwaysNamed, groupNames, groupOrder, type OutcomeGroup } from './outcome-groups.ts'
import type { ClassSeries, OutcomeSeries } from './outcome-series.ts'

/** Solid lowers the success rate, dashed doesn't, dotted was met on the way, and far dots were not even met. */
const dashes = { failures: undefined, ignored: [7, 4], met: [2, 3], hypothetical: [2, 7] } as const

/** What is drawn alike. */
type Family = keyof typeof dashes

export function familyOf(group: OutcomeGroup): Family {
  if (group === 'failures' || group === 'ignored') return group
  return group === 'if-failed-closed' ? 'hypothetical' : 'met'
}

export function dashOf(group: OutcomeGroup): readonly number[] | undefined {
  return dashes[familyOf(group)]
}

/** In pixels: what lowers the success rate stands out. */
export function widthOf(group: OutcomeGroup): number {
  return group === 'failures' ? 2.5 : 1.5
}

const colorsPerFamily = 6

/** Gives every class a colour of its group's family, and the same one for as long as the page is open. */
export class Colors {
  readonly #places = new Map<string, number>()
  readonly #taken: Record<Family, number> = { failures: 0, ignored: 0, met: 0, hypothetical: 0 }

  /** The name of the CSS variable that holds the colour of the class. */
  of({ key, group }: Pick<ClassSeries, 'key' | 'group'>): string {
    const family = familyOf(group)
    let place = this.#places.get(key)
    if (place === undefined) {
      place = this.#taken[family]++ % colorsPerFamily
      this.#places.set(key, place)
    }
    // What would have been a failure is as red as one: its dashes tell that it wasn't.
    return `--series-${family === 'hypothetical' ? 'failures' : family}-${place}`
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
  const groups = groupOrder.flatMap(group => {
    const counted = classes.filter(series => series.group === group)
    const list = counted.map(({ exception, total }) => `${exception} ${total}`).join(', ')
    return list === '' && !alwaysNamed.includes(group) ? [] : [`${groupNames[group]}: ${list || 'none'}.`]
  })
  return [`Outcomes of the last ${windowName}.`, rate, ...groups].join(' ')
}
