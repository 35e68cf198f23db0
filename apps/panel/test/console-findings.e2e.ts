import type { TxId } from 'evenkeel'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ConsoleBrowser, type OpenOptions, signIn } from '../src/demo/console-browser.ts'
import { violationsOn } from './console-page.ts'
import { FindingsBench, finding, operatorToken } from './findings.fixture.ts'

let browser: ConsoleBrowser
let bench: FindingsBench
let page: Page
const complaints: string[] = []
beforeAll(async () => {
  browser = await ConsoleBrowser.start()
})
beforeEach(async () => {
  bench = await FindingsBench.start()
})
afterEach(async () => {
  await page.context().close()
  await bench[Symbol.asyncDispose]()
  expect(complaints.splice(0)).toEqual([])
})
afterAll(() => browser[Symbol.asyncDispose]())

async function open(path = '/findings', options?: OpenOptions): Promise<void> {
  page = await browser.open(options)
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(String(error)))
  await page.goto(`${bench.url}/console${path}`)
  await signIn(page, operatorToken)
}

const items = () => page.getByRole('list', { name: 'Findings' }).getByRole('listitem')
const item = (words: string) => items().filter({ hasText: words })

describe('the page of findings', () => {
  let underRepair: TxId
  beforeEach(async () => {
    const atCloudOnly = {
      kind: 'orphan',
      objectUuid: null,
      projectId: null,
      objectName: null,
      field: '',
    } as const
    const whole = { field: '', remedies: [] } as const
    await bench.found(finding({ ...whole, kind: 'missing', objectName: 'db', what: "Server 'db' is gone." }))
    await bench.found(finding({ ...whole, kind: 'broken', objectKind: 'load-balancer', objectName: 'edge' }))
    await bench.found(finding())
    const port = await bench.found(
      finding({ ...whole, ...atCloudOnly, objectKind: 'port', what: 'No record.' }),
    )
    underRepair = (await bench.repair(port)).actionId
    const route = await bench.found(
      finding({ ...whole, ...atCloudOnly, objectKind: 'route', what: 'No record.' }),
    )
    await bench.failRepair((await bench.repair(route)).actionId, 'The router refused.')
  })

  it('tells what differs, since when, and what was done about it', async () => {
    await open('')
    await page.getByRole('link', { name: '4 open findings' }).click()

    await item("Server 'db' is gone.").getByText('missing').waitFor()
    await item('load balancer edge').getByText('broken').waitFor()
    await item('server web-1').getByText('found 5 min ago').waitFor()
    await item('port').getByText('being repaired').waitFor()
    const link = item('port').getByRole('link', { name: `Open the action ${underRepair}` })
    expect(await link.getAttribute('href')).toBe(`/console/actions/${underRepair}`)
    const failed = item('route')
    await failed.getByText('A repair was tried and rolled back: The router refused.').waitFor()
    await failed.getByText('Tried again by itself in 10 min').waitFor()
  })

  it('has done by keyboard alone what a finding offers, once its consequence was read', async () => {
    await open()
    const dialog = page.getByRole('dialog', { name: 'Resize it: server web-1?' })
    await page.getByRole('button', { name: 'Resize it… server web-1' }).focus()

    await page.keyboard.press('Enter')
    await dialog.getByText('is shut down, resized to flex-4-1 and started again').waitFor()
    await page.keyboard.press('Enter') // a key that is pressed once too often leaves it
    await dialog.waitFor({ state: 'detached' })
    await page.keyboard.press('Enter')
    await dialog.waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')

    await dialog.waitFor({ state: 'detached' })
    await item('server web-1').getByText('being repaired').waitFor()
  })

  it('dismisses a finding with a reason, which is found in an address of its own', async () => {
    await open()
    await page.getByRole('button', { name: 'Dismiss… load balancer edge' }).click()
    await page.getByLabel('Reason').fill('It is replaced tonight')
    await page.keyboard.press('Enter')
    await item('load balancer edge').waitFor({ state: 'detached' })

    await page.getByRole('radio', { name: 'Dismissed' }).click()
    await page.waitForURL(url => url.searchParams.get('state') === 'dismissed')
    await item('load balancer edge').getByText('Dismissed by ada').waitFor()
    await item('load balancer edge').getByText(': It is replaced tonight').waitFor()
  })

  it.each([
    ['light', 375],
    ['dark', 1280],
  ] as const)('is accessible in the %s scheme, %s pixels wide', async (colorScheme, width) => {
    await open('/findings', { colorScheme, viewport: { width, height: 800 } })
    await item('route').waitFor()

    expect(await violationsOn(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)

    await page.getByRole('button', { name: 'Resize it… server web-1' }).click()
    await page.getByRole('dialog').waitFor()
    expect(await violationsOn(page)).toEqual([])
  })
})

describe('comparing', () => {
  it('is asked for by an operator, who sees it going on and what came of it', async () => {
    const end = bench.holdRuns()
    await open()
    await page.getByText('Nothing has been compared yet').waitFor()

    await page.getByRole('button', { name: 'Compare now' }).click()
    await page.getByText(/^comparing for/).waitFor()
    expect(await page.getByRole('button', { name: 'Compare now' }).isDisabled()).toBe(true)

    end()
    await page.getByText('The records and the cloud agree').waitFor()
    await page.getByText('load balancer pool 1').waitFor()
    await page.getByRole('table', { name: 'Comparisons' }).getByText('complete').waitFor()
  })
})

describe('a console without findings', () => {
  it('has no such page, and does not lead to one', async () => {
    await bench[Symbol.asyncDispose]()
    bench = await FindingsBench.start({ hasFindings: false })
    await open('/findings')

    await page.getByText('There is no such page').waitFor()
    expect(await page.getByRole('navigation').getByRole('link').allTextContents()).toEqual([
      'Live',
      'Actions',
      'Log',
    ])
  })
})
