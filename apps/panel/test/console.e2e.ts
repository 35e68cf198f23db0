import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ColorScheme } from '../src/demo/console-browser.ts'
import { eventually } from '../src/demo/eventually.ts'
import { ConsoleBench } from './console-bench.ts'
import { boxOf, graph, grid, rightAxisWidth, rows, violationsOn } from './console-page.ts'

let bench: ConsoleBench

beforeAll(async () => {
  // Watches stay open for as long as somebody may look at them.
  bench = await ConsoleBench.start({ ACTION_WATCH_MS: '120000' })
})

afterEach(async () => {
  await bench.orderFaults()
  await bench.expectNoComplaints()
})

afterAll(() => bench[Symbol.asyncDispose]())

const schemes: readonly ColorScheme[] = ['light', 'dark']

const legend = (page: Page, group: RegExp) => page.getByRole('list', { name: group })

describe('signing in', () => {
  it('refuses a wrong token in words, and takes the right one', async () => {
    const page = await bench.openSignedOut()
    const token = page.getByLabel('Operator token')

    await token.fill('not-it')
    await page.keyboard.press('Enter')
    await page.getByText('This is not the token of an operator.').waitFor()
    expect(bench.takeComplaints()).toEqual([expect.stringContaining('401')])

    await token.fill(bench.operatorToken)
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'Overview' }).waitFor()
  })

  it('leads to the page that was asked for, and holds until one signs out', async () => {
    const page = await bench.open('?window=15')
    await page.reload()
    await page.getByRole('radio', { name: '15 min', checked: true }).waitFor()

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Operator token').waitFor()
    // The panel may be quicker than the page to end the live stream of who has signed out, and a browser notes that.
    const cutOff = expect.stringContaining('ERR_INCOMPLETE_CHUNKED_ENCODING')
    for (const complaint of bench.takeComplaints()) expect(complaint).toEqual(cutOff)
    await page.reload()
    await page.getByLabel('Operator token').waitFor()
  })
})

describe('the live page', () => {
  it('shows a new class of ignored failures by itself, with the next update after it was first thrown', async () => {
    await using fresh = await ConsoleBench.start()
    const page = await fresh.open()
    const loads = countLoads(page)
    await graph(page, /Ignored failures: none/).waitFor()

    await fresh.ask('/v1/no-such-thing')

    // Updates come every second; the rest is for a busy machine.
    await graph(page, /Ignored failures: .*RouteNotFoundException 1/).waitFor({ timeout: 3_000 })
    await legend(page, /^Ignored failures/)
      .getByRole('button', { name: /^RouteNotFoundException/ })
      .waitFor()
    expect(loads()).toBe(0)
    await fresh.expectNoComplaints()
  })

  it('shows a new class of failures by itself, paints its line and says that it fails', async () => {
    await using fresh = await ConsoleBench.start()
    await fresh.orderFaults({ operation: 'compute.createServer', kind: 'refuse', times: 1 })
    const page = await fresh.open()
    const loads = countLoads(page)
    await graph(page, / Failures: none/).waitFor()

    await fresh.createServer('refused')

    await graph(page, /lowest \d.* Failures: CloudRefusedException 1/).waitFor()
    await legend(page, /^Failures/)
      .getByRole('button', { name: /^CloudRefusedException/ })
      .waitFor()
    await page.getByRole('heading', { name: /^Failing now – .* CloudRefusedException/ }).waitFor()
    await eventually('its line to be painted', async () =>
      (await isPainted(page, '--series-failures-0')) ? true : undefined,
    )
    expect(loads()).toBe(0)
    await fresh.expectNoComplaints()
  })

  it('names the class and the count under the pointer', async () => {
    const page = await bench.open()
    await page.getByRole('radio', { name: '1 min' }).click()
    const { x, y, width, height } = await boxOf(graph(page))
    const atThePresent = x + width - rightAxisWidth - 2

    const tip = await eventually('the tip to name the class', async () => {
      // Thrown again and again, so that wherever the present second begins, it has one.
      await bench.ask('/v1/no-such-thing')
      await page.mouse.move(atThePresent - 1, y + height / 2)
      await page.mouse.move(atThePresent, y + height / 2)
      const [text] = await page.getByTestId('tip').allTextContents()
      return text?.includes('RouteNotFoundException') ? text : undefined
    })

    expect(tip).toMatch(/RouteNotFoundException\s*\d+\s*ignored failures/)
    expect(tip).toMatch(/success rate|no transaction/)
  })

  it('shows one class alone, says so in the address, and lists the transactions that ended with it', async () => {
    await bench.ask('/v1/no-such-thing')
    await bench.ask('/v1/regions')
    const page = await bench.open()

    const button = legend(page, /^Ignored failures/).getByRole('button', { name: /^RouteNotFoundException/ })
    await button.click()

    await page.waitForURL(url => url.searchParams.get('class') === 'RouteNotFoundException')
    await page.getByText('that ended with RouteNotFoundException').waitFor()
    const transactions = rows(grid(page, 'Latest transactions'))
    await transactions.filter({ hasNotText: 'RouteNotFoundException' }).first().waitFor({ state: 'detached' })
    expect(await transactions.count()).toBeGreaterThan(0)

    await button.click()
    await page.waitForURL(url => !url.searchParams.has('class'))
    await transactions.filter({ hasText: 'GET /v1/regions' }).first().waitFor()
  })

  it('shows to a colleague who is sent the address what its sender saw', async () => {
    const page = await bench.open('?class=RouteNotFoundException&window=1')

    await page.getByRole('radio', { name: '1 min', checked: true }).waitFor()
    await page.getByRole('button', { name: /^RouteNotFoundException/, pressed: true }).waitFor()
  })

  it('tells the same figures as a table', async () => {
    await bench.ask('/v1/no-such-thing')
    const page = await bench.open()

    await page.getByRole('button', { name: 'Show as table' }).click()

    const table = page.getByRole('table', { name: 'Outcomes as a table' })
    await table.getByRole('columnheader', { name: 'RouteNotFoundException (ignored failures)' }).waitFor()
    await table.getByRole('columnheader', { name: 'Success rate' }).waitFor()
  })

  it('leads by keyboard alone from a row to its page and back', async () => {
    await bench.ask('/v1/regions')
    const page = await bench.open()
    const first = rows(grid(page, 'Latest transactions')).first()
    await first.focus()

    await page.keyboard.press('Enter')
    await page.getByRole('term').filter({ hasText: 'Incident number' }).waitFor()

    await page.goBack()
    await graph(page).waitFor()
  })

  it('says that it reconnects while the panel is away, and is live again once it is back', async () => {
    const page = await bench.open()
    const loads = countLoads(page)
    const state = page.getByTestId('stream-state')

    await bench.panel.stop()
    await state.getByText('reconnecting').waitFor()
    await page.getByRole('heading', { name: /^No word from the server/ }).waitFor()

    await bench.panel.start()
    await state.getByText('live').waitFor()
    expect(loads()).toBe(0)
    // Chromium writes down every attempt that found nobody.
    expect(bench.takeComplaints().filter(text => !text.includes('net::ERR_'))).toEqual([])
  })
})

describe('the page of an action', () => {
  it('tells steps, attempts, undo, residue and watches, and follows until nothing is left over', async () => {
    await bench.orderFaults(
      { operation: 'network.createPort', kind: 'lose-answer', times: 1 },
      { operation: 'volumes.create', kind: 'busy', times: 1 },
      { operation: 'compute.createServer', kind: 'refuse', times: 1 },
      { operation: 'volumes.delete', kind: 'refuse' },
    )
    const page = await bench.open()
    await bench.createServer('rolled-back')

    await rows(grid(page, 'Latest actions')).filter({ hasText: '1 residue' }).first().click()

    await page.getByRole('heading', { name: /^server\.create rolled back/ }).waitFor()
    const step = (list: string, name: string) =>
      page.getByRole('list', { name: list, exact: true }).getByRole('listitem').filter({ hasText: name })
    const port = step('Steps', 'network.port')
    await port.getByText('unknown: it may have happened').waitFor()
    await port.getByText('its answer was lost; what it had done was found').waitFor()
    const volume = step('Steps', 'root/volumes.volume')
    await volume.getByText(/attempt 1.*busy: nothing happened.*CloudBusyException/).waitFor()
    await volume.getByText(/attempt 2.*done/).waitFor()
    await step('Steps', 'compute.server')
      .getByText(/attempt 1.*refused: nothing happened.*CloudRefusedException/)
      .waitFor()

    await step('Rollback', 'network.port').getByText('undone').waitFor()
    await step('Rollback', 'root/volumes.volume').getByText('residue left').waitFor()
    await step('Rollback', 'root/volumes.volume')
      .getByText(/attempts 1–\d+.*CloudRefusedException/)
      .waitFor()
    await step('Rollback', 'interfaces.hold').getByText('waits until clean').waitFor()
    const residue = page.getByRole('list', { name: 'Residue' })
    await residue.getByText('the janitor tries again').first().waitFor()
    await page.getByRole('table', { name: 'Late watches' }).getByText('network.port').waitFor()

    await bench.orderFaults()
    await step('Rollback', 'root/volumes.volume').getByText('undone').waitFor()
    await residue.waitFor({ state: 'detached' })
  })
})

describe('the page of a transaction', () => {
  it('shows the chain of causes, and the way to the action', async () => {
    await bench.orderFaults({ operation: 'network.createPort', kind: 'busy' })
    const page = await bench.open()
    await bench.createServer('too-busy')

    await rows(grid(page, 'Latest transactions')).filter({ hasText: 'StepBusyException' }).first().click()

    const chain = page.getByRole('list', { name: 'Cause chain' }).getByRole('listitem')
    await chain.filter({ hasText: 'StepBusyException' }).first().waitFor()
    await chain.filter({ hasText: /caused by\s*CloudBusyException/ }).waitFor()
    await page
      .getByRole('table', { name: 'Outgoing calls' })
      .getByText('server.create/network.port')
      .first()
      .waitFor()

    await page.getByRole('link', { name: 'Open the action' }).click()
    await page.getByRole('heading', { name: /^server\.create rolled back/ }).waitFor()
  })
})

describe('the search by incident number', () => {
  it('leads to the transaction whose number a caller was given', async () => {
    const answer = await bench.ask('/v1/no-such-thing')
    const number = answer.headers.get('evenkeel-tx') ?? ''
    const page = await bench.open()
    await rows(grid(page, 'Latest transactions'))
      .filter({ hasText: number.slice(-8) })
      .first()
      .waitFor()

    await page.keyboard.press('/')
    await page.keyboard.type(number.toLowerCase())
    await page.keyboard.press('Enter')

    await page.waitForURL(`**/transactions/${number}`)
    await page.getByText('RouteNotFoundException').first().waitFor()
  })

  it('leads to the action that bears the number', async () => {
    const page = await bench.open()
    await bench.createServer('searched')
    const newest = rows(grid(page, 'Latest actions')).first()
    const number = (await newest.getByRole('button', { name: /^Copy id/ }).getAttribute('aria-label')) ?? ''

    await page.getByRole('searchbox', { name: 'Incident number' }).fill(number.replace('Copy id ', ''))
    await page.keyboard.press('Enter')

    await page.waitForURL('**/actions/*')
    await page.getByRole('list', { name: 'Steps', exact: true }).waitFor()
  })

  it('says what is wrong with a number that leads nowhere', async () => {
    const page = await bench.open()

    await page.getByRole('searchbox', { name: 'Incident number' }).fill('01ARZ3NDEKTSV4RRFFQ69G5FAV')
    await page.keyboard.press('Enter')

    await page.getByRole('alert').getByText('Neither an action nor a transaction').waitFor()
    expect(bench.takeComplaints()).toEqual([expect.stringContaining('404')])
  })
})

describe.each(schemes)('in the %s scheme', colorScheme => {
  it('the sign-in form is accessible', async () => {
    const page = await bench.openSignedOut('', { colorScheme })
    await page.getByLabel('Operator token').waitFor()

    expect(await violationsOn(page)).toEqual([])
  })

  it('the live page is accessible, with failures, residue and a class shown alone', async () => {
    await leaveResidue()
    const page = await bench.open('', { colorScheme })
    await rows(grid(page, 'Residue')).first().waitFor()
    await page.getByRole('button', { name: 'Show as table' }).click()
    await legend(page, /^Failures/)
      .getByRole('button', { name: /^CloudRefusedException/ })
      .click()
    await page.getByText('that ended with CloudRefusedException').waitFor()

    expect(await violationsOn(page)).toEqual([])
  })

  it('the pages of an action and of its transaction are accessible', async () => {
    await leaveResidue()
    const page = await bench.open('', { colorScheme })
    await rows(grid(page, 'Latest actions')).filter({ hasText: '1 residue' }).first().click()
    await page.getByRole('list', { name: 'Rollback', exact: true }).waitFor()

    expect(await violationsOn(page)).toEqual([])

    await page.goto(page.url().replace('/actions/', '/transactions/'))
    await page.getByRole('list', { name: 'Cause chain' }).waitFor()

    expect(await violationsOn(page)).toEqual([])
  })
})

describe('a narrow window', () => {
  it.each([900, 390])('of %s pixels shows everything without scrolling the page sideways', async width => {
    const page = await bench.open('', { viewport: { width, height: 800 } })
    await graph(page).waitFor()

    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
  })
})

/** A creation that was rolled back and could not be cleaned up. */
async function leaveResidue(): Promise<void> {
  await bench.orderFaults(
    { operation: 'network.createPort', kind: 'lose-answer', times: 1 },
    { operation: 'compute.createServer', kind: 'refuse', times: 1 },
    { operation: 'volumes.delete', kind: 'refuse' },
  )
  await bench.createServer('with-residue')
}

/** How often the page was loaded anew since. */
function countLoads(page: Page): () => number {
  let loads = 0
  page.on('load', () => loads++)
  return () => loads
}

/** Whether anything on the graph has exactly this colour. */
function isPainted(page: Page, variable: string): Promise<boolean> {
  return page.evaluate(`(() => {
    const host = document.querySelector('figure [role=img]')
    const canvas = host.querySelector('canvas')
    host.style.color = 'var(${variable})'
    const [r, g, b] = getComputedStyle(host).color.match(/\\d+/g).map(Number)
    host.style.color = ''
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    for (let at = 0; at < data.length; at += 4) {
      if (data[at] === r && data[at + 1] === g && data[at + 2] === b && data[at + 3] === 255) return true
    }
    return false
  })()`)
}
