import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ColorScheme } from '../src/demo/console-browser.ts'
import { eventually } from '../src/demo/eventually.ts'
import { ConsoleBench } from './console-bench.ts'
import { boxOf, graph, grid, rightAxisWidth, rows, violationsOn } from './console-page.ts'

let bench: ConsoleBench

/** A dip: one creation was refused by the cloud, and the question for room failed open before. */
beforeAll(async () => {
  bench = await ConsoleBench.start()
  await bench.orderFaults(
    { operation: 'compute.hasRoom', kind: 'refuse', times: 1 },
    { operation: 'compute.createServer', kind: 'refuse', times: 1 },
  )
  await bench.createServer('refused')
  await eventually('the creation to be rolled back', async () => {
    const page = await bench.ask('/v1/servers')
    return ((await page.json()) as unknown[]).length === 0 ? true : undefined
  })
})

afterEach(() => bench.expectNoComplaints())
afterAll(() => bench[Symbol.asyncDispose]())

const shares = (page: Page) => page.getByRole('table', { name: 'Shares of the lost success rate' })
const share = (page: Page, exception: string) => shares(page).getByRole('row').filter({ hasText: exception })

/** Draws a window over the whole graph with the mouse. */
async function brush(page: Page): Promise<void> {
  const { x, y, width } = await boxOf(graph(page))
  await page.mouse.move(x + rightAxisWidth + 4, y + 100)
  await page.mouse.down()
  await page.mouse.move(x + width / 2, y + 110, { steps: 4 })
  await page.mouse.move(x + width - rightAxisWidth - 2, y + 110, { steps: 4 })
  await page.mouse.up()
}

describe('a dip in the graph', () => {
  it('leads in two clicks to one transaction behind it, with its causes and its calls', async () => {
    const page = await bench.open('?window=15')
    await graph(page, /Failures: CloudRefusedException 1/).waitFor()
    await brush(page)

    // The first click: the class.
    await share(page, 'CloudRefusedException').getByRole('button').click()

    const example = page.getByRole('article', { name: 'Example transaction' })
    await example.getByRole('list', { name: 'Cause chain' }).getByText('CloudRefusedException').waitFor()
    const calls = example.getByRole('table', { name: 'Outgoing calls' })
    await calls
      .getByRole('row', { name: /server\.create\/compute\.server .*CloudRefusedException/ })
      .waitFor()

    // The second click: the transaction.
    await rows(grid(page, 'Transactions that ended with CloudRefusedException')).first().click()

    await page.getByRole('heading', { name: 'server.create' }).waitFor()
    await page.getByRole('list', { name: 'Cause chain' }).waitFor()
  })

  it('is told apart by operation, and the parts add up to the whole', async () => {
    const page = await bench.open('?window=15')
    await graph(page, /Failures: CloudRefusedException 1/).waitFor()
    await brush(page)
    await page.getByRole('radio', { name: 'operation' }).click()

    await share(page, 'CloudRefusedException').filter({ hasText: 'server.create' }).waitFor()
    const figures = await shares(page)
      .getByRole('row')
      .evaluateAll(elements =>
        elements.slice(1).map(row => [...row.querySelectorAll('td')].map(td => td.textContent.trim())),
      )
    const [parts, whole] = [figures.slice(0, -1), figures.at(-1)]
    expect(parts).toHaveLength(1)
    expect(parts[0]?.slice(1, 3)).toEqual(whole?.slice(1, 3))
  })

  it('is shown to a colleague who is sent the address', async () => {
    const nowSecond = Math.floor(Date.now() / 1000)
    const page = await bench.open(
      `?from=${nowSecond - 600}&to=${nowSecond + 60}&class=CloudRefusedException&by=operation&of=server.create`,
    )

    await share(page, 'CloudRefusedException').getByRole('button', { pressed: true }).waitFor()
    await page
      .getByRole('region', { name: 'Behind CloudRefusedException' })
      .getByText('at server.create')
      .waitFor()
    await page.getByRole('article', { name: 'Example transaction' }).waitFor()
  })
})

describe('the window that is looked at closely', () => {
  it('is chosen and moved by keyboard alone', async () => {
    const page = await bench.open('?window=15')
    await graph(page).waitFor()
    const fromOf = () => Number(new URL(page.url()).searchParams.get('from'))

    await page.getByRole('button', { name: '5 min', exact: true }).focus()
    await page.keyboard.press('Enter')
    await share(page, 'CloudRefusedException').waitFor()
    const from = fromOf()

    const beginning = page.getByRole('slider', { name: 'Beginning of the window' })
    await beginning.focus()
    await page.keyboard.press('ArrowLeft')
    await page.waitForURL(url => Number(url.searchParams.get('from')) < from)
    await page.keyboard.press('PageUp')
    await page.waitForURL(url => Number(url.searchParams.get('from')) > from)
    expect(await beginning.getAttribute('aria-valuenow')).toBe(String(fromOf()))

    await page.getByRole('button', { name: 'Close the window' }).press('Enter')
    await shares(page).waitFor({ state: 'detached' })
  })

  it('is typed as two times, and says so when it ends before it begins', async () => {
    const nowSecond = Math.floor(Date.now() / 1000)
    const page = await bench.open(`?from=${nowSecond - 600}&to=${nowSecond}`)
    await shares(page).waitFor()

    await page.getByLabel('To', { exact: true }).fill('2020-01-01T00:00:00')
    await page.getByRole('alert').getByText('The window ends before it begins.').waitFor()
    await page.getByLabel('From', { exact: true }).fill('2019-12-31T00:00:00')

    await page.getByText('Nothing failed, neither in this window nor in the one before').waitFor()
  })

  it('reaches back as far as the graph does, from seconds to a month', async () => {
    const page = await bench.open()

    for (const name of ['1 h', '24 h', '30 days']) {
      await page.getByRole('radio', { name, exact: true }).click()
      const words = name === '1 h' ? 'hour' : name === '24 h' ? '24 hours' : '30 days'
      await graph(
        page,
        new RegExp(`^Outcomes of the last ${words}.*Failures: CloudRefusedException 1`),
      ).waitFor()
    }
  })
})

describe('calls that may fail open', () => {
  it('are listed with what they swallow and what the success rate would be, and drawn when asked for', async () => {
    const page = await bench.open('?window=15')

    const row = page
      .getByRole('table', { name: 'Calls that may fail open' })
      .getByRole('row', { name: /compute\.hasRoom/ })
    await row.getByText('CloudRefusedException 1').waitFor()
    const [asItWas, ifClosed] = (await row.getByRole('cell').allInnerTexts()).slice(-2).map(Number.parseFloat)
    expect(ifClosed).toBeLessThan(asItWas ?? 0)
    await graph(page, /Failed open: CloudRefusedException 1\.$/).waitFor()

    await page.getByRole('button', { name: 'Draw in the graph what they hid' }).click()

    await graph(page, /Had it failed closed: CloudRefusedException 1\.$/).waitFor()
    await page.getByText('Success rate at least, had every call failed closed').waitFor()
  })
})

describe.each<ColorScheme>(['light', 'dark'])('in the %s scheme', colorScheme => {
  it('the shares and what is behind them are accessible', async () => {
    const nowSecond = Math.floor(Date.now() / 1000)
    const page = await bench.open(
      `?window=15&from=${nowSecond - 800}&to=${nowSecond}&class=CloudRefusedException&by=operation&closed=true`,
      { colorScheme },
    )
    await page.getByRole('article', { name: 'Example transaction' }).waitFor()
    await page.getByRole('table', { name: 'Calls that may fail open' }).waitFor()
    await page.getByRole('slider', { name: 'End of the window' }).waitFor()

    expect(await violationsOn(page)).toEqual([])
  })
})

describe('a narrow window', () => {
  it('of 390 pixels shows the shares without scrolling the page sideways', async () => {
    const nowSecond = Math.floor(Date.now() / 1000)
    const page = await bench.open(`?from=${nowSecond - 800}&to=${nowSecond}&class=CloudRefusedException`, {
      viewport: { width: 390, height: 800 },
    })
    await page.getByRole('article', { name: 'Example transaction' }).waitFor()

    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
  })
})
