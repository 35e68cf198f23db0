import { AxeBuilder } from '@axe-core/playwright'
import type { Locator, Page } from 'playwright-core'

// What the tests of the console's pages find on them, by what readers of the page go by.

/** The graph, once what it says in words agrees with `words`. */
export const graph = (page: Page, words = /^Outcomes of the last/) => page.getByRole('img', { name: words })
export const grid = (page: Page, name: string) => page.getByRole('grid', { name })
export const rows = (table: Locator) =>
  table.getByRole('row').filter({ has: table.page().getByRole('rowheader') })

/** What axe-core finds wrong with the page as it is shown. */
export async function violationsOn(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`))
}

/** See `sideAxisWidth` in packages/console/web/src/ui/plot.tsx. */
export const rightAxisWidth = 52

export async function boxOf(locator: Locator) {
  const box = await locator.boundingBox()
  if (box === null) throw new Error('The graph is not on the page.')
  return box
}
