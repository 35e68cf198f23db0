import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ColorScheme } from '../src/demo/console-browser.ts'
import { ConsoleBench } from './console-bench.ts'
import { grid, rows, violationsOn } from './console-page.ts'

let bench: ConsoleBench

beforeAll(async () => {
  bench = await ConsoleBench.start()
})
afterEach(() => bench.expectNoComplaints())
afterAll(() => bench[Symbol.asyncDispose]())

const found = (page: Page) => rows(grid(page, 'Transactions'))
const field = (page: Page, name: string) =>
  page.getByRole('form', { name: 'Search the log' }).getByLabel(name)

/** Fills in the search and asks. */
async function search(page: Page, words: { [label: string]: string }): Promise<void> {
  for (const [label, word] of Object.entries(words)) await field(page, label).fill(word)
  await page.getByRole('button', { name: 'Search', exact: true }).click()
}

describe('the page of the log', () => {
  it('is reached from every page', async () => {
    const page = await bench.open()

    await page.getByRole('link', { name: 'Log', exact: true }).click()

    await page.getByRole('heading', { name: 'Transaction log' }).waitFor()
    await found(page).first().waitFor()
  })

  it('answers why a request failed: by class, operation and a text that only this one had', async () => {
    await bench.ask('/v1/no-such-thing-as-this')
    await bench.ask('/v1/no-such-thing-as-that')
    const page = await bench.open('/log')

    await search(page, { Class: 'RouteNotFoundException', Text: 'no-such-thing-as-this' })

    await found(page).filter({ hasText: 'RouteNotFoundException' }).first().waitFor()
    expect(await found(page).count()).toBe(1)
    await found(page).first().click()
    await page.getByRole('list', { name: 'Cause chain' }).getByText('no-such-thing-as-this').waitFor()
  })

  it('finds by principal, resource, category, kind and time, and says the question in its address', async () => {
    await bench.createServer('found')
    const page = await bench.open('/log')
    await field(page, 'Kind').selectOption('action')
    await field(page, 'Category').selectOption('')
    await page.getByRole('button', { name: 'Last hour' }).click()
    await found(page).filter({ hasText: 'server.create' }).first().waitFor()
    const resource = await found(page)
      .first()
      .getByRole('gridcell')
      .nth(4)
      .locator('span[title]')
      .getAttribute('title')

    await search(page, { Resource: resource ?? '', Operation: 'server.create' })

    await page.waitForURL(url => url.searchParams.get('resource') === resource)
    await found(page).filter({ hasText: 'server.create' }).first().waitFor()
    expect(await found(page).count()).toBe(1)
    await page.reload()
    await found(page).first().waitFor()
    expect(await field(page, 'Resource').inputValue()).toBe(resource)

    await search(page, { Principal: 'nobody' })
    await page.getByText('The log has no such transaction').waitFor()
  })

  it('shows what strangers send as the text that it is, and runs nothing of it', async () => {
    const markup = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    const answer = await fetch(`${bench.panel.url}/v1/nothing`, { headers: { 'user-agent': markup } })
    const id = answer.headers.get('evenkeel-tx') ?? ''

    const page = await bench.open(`/transactions/${id}`)
    await page.getByText(markup).first().waitFor()
    const titles = await page.evaluate('[document.title, document.images.length]')

    expect(titles).toEqual([expect.stringMatching(/[a-z]/), 0])
  })

  it('leads by an id to its transaction', async () => {
    const answer = await bench.ask('/v1/no-such-thing')
    const id = answer.headers.get('evenkeel-tx') ?? ''
    const page = await bench.open('/log')

    await search(page, { Id: id.toLowerCase() })

    await page.waitForURL(`**/transactions/${id}`)
    await page.getByText('RouteNotFoundException').first().waitFor()
  })

  it('shows older ones page by page, each once', async () => {
    for (let count = 0; count < 60; count++) await bench.ask('/v1/flavors')
    const page = await bench.open('/log')
    await search(page, { Operation: 'GET /v1/flavors' })
    await found(page).first().waitFor()
    expect(await found(page).count()).toBe(50)

    await page.getByRole('button', { name: 'Show older ones' }).click()

    await found(page).nth(59).waitFor()
    expect(await found(page).count()).toBe(60)
    await page.getByRole('button', { name: 'Show older ones' }).waitFor({ state: 'detached' })
  })

  it('follows what is logged, only what meets the conditions, until it is paused', async () => {
    const page = await bench.open('/log')
    await field(page, 'Class').fill('RouteNotFoundException')
    await page.getByRole('button', { name: 'Follow live' }).click()
    await page.getByRole('status').getByText('following').waitFor()
    const followed = rows(grid(page, 'Transactions as they end'))
    const before = await followed.count()

    await bench.ask('/v1/flavors')
    const answer = await bench.ask('/v1/no-such-thing')
    const id = answer.headers.get('evenkeel-tx') ?? ''
    await followed.filter({ hasText: id.slice(-8) }).waitFor()
    expect(await followed.count()).toBe(before + 1)

    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('status').getByText('paused').waitFor()
    const missed = await bench.ask('/v1/no-such-thing')
    await page.getByRole('button', { name: 'Go on' }).click()
    const missedId = missed.headers.get('evenkeel-tx') ?? ''
    await followed.filter({ hasText: missedId.slice(-8) }).waitFor()
  })

  it('follows again by itself when the panel has been away', async () => {
    const page = await bench.open('/log?exception=RouteNotFoundException&tail=true')
    await page.getByRole('status').getByText('following').waitFor()

    await bench.panel.stop()
    await page.getByRole('status').getByText('reconnecting').waitFor()
    await bench.panel.start()
    const answer = await bench.ask('/v1/no-such-thing')

    const id = answer.headers.get('evenkeel-tx') ?? ''
    await rows(grid(page, 'Transactions as they end'))
      .filter({ hasText: id.slice(-8) })
      .waitFor()
    // Chromium writes down every attempt that found nobody.
    expect(bench.takeComplaints().filter(text => !text.includes('net::ERR_'))).toEqual([])
  })
})

describe('the state of the log', () => {
  const fact = (page: Page, name: string) =>
    page
      .getByRole('region', { name: 'How the log is doing' })
      .locator('dl > div', { has: page.getByRole('term').filter({ hasText: name }) })
      .getByRole('definition')

  it('tells that a file was damaged and set aside, and so do the metrics', async () => {
    await using damaged = await ConsoleBench.start()
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
    const name = `tx-${yesterday}.db`
    await writeFile(join(damaged.panel.dataDir, 'tx-log', name), 'This is no database. '.repeat(500))
    const page = await damaged.open('/log')
    await page.getByRole('button', { name: 'Last 24 h' }).click()

    await page.getByText(`${name}.damaged`).first().waitFor()
    await page.getByText('TxLogDamagedException').waitFor()
    await fact(page, 'Files set aside').getByText('1').waitFor()
    await fact(page, 'Shed since the start').getByText('0').waitFor()

    const metrics = await damaged.askAsOperator('/metrics')
    expect(await metrics.text()).toContain('\nevenkeel_tx_log_set_aside_files{log="transactions"} 1\n')
    await damaged.expectNoComplaints()
  })
})

describe.each<ColorScheme>(['light', 'dark'])('in the %s scheme', colorScheme => {
  it('the page of the log is accessible, searched and followed', async () => {
    await bench.ask('/v1/no-such-thing')
    const page = await bench.open('/log?exception=RouteNotFoundException', { colorScheme })
    await found(page).first().waitFor()
    expect(await violationsOn(page)).toEqual([])

    await page.getByRole('button', { name: 'Follow live' }).click()
    await page.getByRole('status').getByText('following').waitFor()
    expect(await violationsOn(page)).toEqual([])
  })
})

describe('a narrow window', () => {
  it('of 390 pixels shows the page without scrolling it sideways', async () => {
    const page = await bench.open('/log', { viewport: { width: 390, height: 800 } })
    await found(page).first().waitFor()

    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
  })
})
