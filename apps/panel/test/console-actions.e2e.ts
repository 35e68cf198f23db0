import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ColorScheme } from '../src/demo/console-browser.ts'
import { ConsoleBench } from './console-bench.ts'
import { grid, rows, violationsOn } from './console-page.ts'

let bench: ConsoleBench

beforeAll(async () => {
  // A minute until the janitor's next try: what is gone before is gone because somebody asked.
  bench = await ConsoleBench.start({ ACTION_SETTLE_MS: '60000' })
})
afterEach(async () => {
  await bench.orderFaults()
  await bench.expectNoComplaints()
})
afterAll(() => bench[Symbol.asyncDispose]())

const found = (page: Page) => rows(grid(page, 'Actions'))
const residue = (page: Page) => page.getByRole('list', { name: 'Residue' }).getByRole('listitem')
const step = (page: Page, list: string, name: string) =>
  page.getByRole('list', { name: list, exact: true }).getByRole('listitem').filter({ hasText: name }).first()
const heading = (page: Page, words: RegExp) => page.getByRole('heading', { name: words, level: 1 }).waitFor()

/** A creation that was rolled back and whose volume could not be removed, on its page. */
async function openResidue(options: { colorScheme?: ColorScheme } = {}): Promise<Page> {
  await bench.orderFaults(
    { operation: 'compute.createServer', kind: 'refuse', times: 1 },
    { operation: 'volumes.delete', kind: 'refuse' },
  )
  const page = await bench.open('/actions', options)
  await bench.createServer('left-over')
  await found(page).filter({ hasText: '1 residue' }).first().waitFor()
  await found(page).first().click()
  await heading(page, /^server\.create rolled back/)
  await residue(page).first().waitFor()
  return page
}

describe('residue on the page of an action', () => {
  it('is tried at once when an operator says so, and is gone when the fault is', async () => {
    const page = await openResidue()
    const left = residue(page).filter({ hasText: 'root/volumes.volume' })
    await left.getByText(/left over for .*, tried once; the janitor tries again in (5\d s|1 min)/).waitFor()
    await left.getByText('CloudRefusedException').waitFor()

    await left.getByRole('button', { name: 'Try now: root/volumes.volume' }).click()
    await left.getByText('tried 2 times').waitFor()

    await bench.orderFaults()
    await left.getByRole('button', { name: 'Try now: root/volumes.volume' }).click()
    await residue(page).first().waitFor({ state: 'detached' })
    await step(page, 'Rollback', 'root/volumes.volume').getByText('undone').waitFor()
    // What waited for it to be gone is undone with it.
    await step(page, 'Rollback', 'interfaces.hold').getByText('undone').waitFor()
  })

  it('is forgotten with a reason, which is shown afterwards with who gave it', async () => {
    const page = await openResidue()

    await residue(page).getByRole('button', { name: 'Forget… root/volumes.volume' }).click()
    const dialog = page.getByRole('dialog', { name: 'Forget what is left over of root/volumes.volume?' })
    await dialog.getByText('interfaces.hold waited for it to be gone').waitFor()
    expect(await dialog.getByRole('button', { name: 'Forget it' }).isDisabled()).toBe(true)
    await dialog.getByLabel('Reason').fill('The store was replaced, its volumes are gone')
    await page.keyboard.press('Enter')

    await dialog.waitFor({ state: 'detached' })
    await residue(page).first().waitFor({ state: 'detached' })
    const told = step(page, 'Rollback', 'root/volumes.volume')
    await told.getByText('by CONSOLE_TOKEN: The store was replaced, its volumes are gone').waitFor()
    await page.reload()
    await told.getByText('by CONSOLE_TOKEN: The store was replaced, its volumes are gone').waitFor()
    await step(page, 'Rollback', 'interfaces.hold').getByText('undone').waitFor()
  })

  it('is left as it was when the dialog is left', async () => {
    const page = await openResidue()

    await residue(page)
      .getByRole('button', { name: /^Forget/ })
      .click()
    await page.getByRole('dialog').getByLabel('Reason').fill('never mind')
    await page.keyboard.press('Escape')

    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await residue(page)
      .getByRole('button', { name: /^Forget/, includeHidden: false })
      .waitFor()
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toMatch(/^Forget/)
  })

  it('that is gone meanwhile is answered in words', async () => {
    const page = await openResidue()
    const { pathname } = new URL(page.url())
    const id = pathname.split('/').at(-1) ?? ''
    const forget = { path: 'root/volumes.volume', reason: 'twice' }
    expect((await bench.postAsOperator(`/console/api/actions/${id}/steps/forget`, forget)).status).toBe(200)

    const again = await bench.postAsOperator(`/console/api/actions/${id}/steps/forget`, forget)

    // What contradicts the state of things is a 400 in this panel's whole surface.
    expect(again.status).toBe(400)
    expect(await again.json()).toMatchObject({
      detail: expect.stringMatching(/^Nothing is left over of step "root\/volumes\.volume"/),
    })
    await residue(page).first().waitFor({ state: 'detached' })
  })
})

describe('the list of actions', () => {
  it('is reached from every page, finds by what its address says, and tells how steps ended', async () => {
    await bench.orderFaults({ operation: 'volumes.create', kind: 'refuse', times: 1 })
    const page = await bench.open()
    await bench.createServer('refused')
    await bench.createServer('created')

    await page.getByRole('navigation').getByRole('link', { name: 'Actions' }).click()
    await found(page).filter({ hasText: 'succeeded' }).first().waitFor()
    await page.getByLabel('Class of its cause').fill('CloudRefusedException')
    await page.getByLabel('State').selectOption('rolled-back')
    await page.getByRole('button', { name: 'Find', exact: true }).click()

    await page.waitForURL(url => url.searchParams.get('class') === 'CloudRefusedException')
    expect(new URL(page.url()).searchParams.get('state')).toBe('rolled-back')
    await found(page).filter({ hasText: 'succeeded' }).first().waitFor({ state: 'detached' })
    expect(await found(page).count()).toBeGreaterThan(0)
    const counted = page.getByRole('table', { name: 'Steps of the last hour' })
    await counted
      .getByRole('row', { name: /^server\.create\/volumes\.volume \d.*CloudRefusedException \d/ })
      .waitFor()
    await counted.getByRole('row', { name: /^server\.create\/network\.port undo \d/ }).waitFor()

    await found(page).first().click()
    await page.getByRole('link', { name: /^server:/ }).click()
    await page.waitForURL(url => url.searchParams.get('lock')?.startsWith('server:') === true)
    await found(page).filter({ hasText: 'server.create' }).first().waitFor()
    expect(await found(page).count()).toBe(1)
  })

  it('says when there is none', async () => {
    const page = await bench.open('/actions?name=server.bake')

    await page.getByText('There is no such action').waitFor()
  })
})

describe('a running action', () => {
  let slow: ConsoleBench
  beforeAll(async () => {
    slow = await ConsoleBench.start({ CLOUD_LATENCY: '2' })
  })
  afterEach(() => slow.expectNoComplaints())
  afterAll(() => slow[Symbol.asyncDispose]())

  it('is followed as it goes on, and is cancelled with a reason that its owner is told', async () => {
    const page = await slow.open('/actions')
    const { uuid } = await slow.createServer('cancelled')
    await found(page).filter({ hasText: 'server.create' }).first().click()
    const now = page.getByRole('region', { name: 'Right now' })
    await now.getByText('at root/volumes.volume, attempt 1 of 5').waitFor()
    await now.getByText(/waiting for what was accepted at root\/volumes\.volume for \d+ s/).waitFor()

    await page.getByRole('button', { name: 'Cancel…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Cancel server.create?' })
    await dialog.getByText('Whoever asked for it is told the reason.').waitFor()
    await dialog.getByLabel('Reason').fill('the wrong image.')
    await dialog.getByRole('button', { name: 'Cancel the action' }).click()

    await dialog.waitFor({ state: 'detached' })
    await heading(page, /^server\.create rolled back/)
    await page.getByText('Cancelled: the wrong image.').first().waitFor()
    expect(await page.getByRole('button', { name: 'Cancel…' }).count()).toBe(0)
    // What was called off is simply not there; who asks what became of the action is told.
    const id = new URL(page.url()).pathname.split('/').at(-1)
    const gone = await slow.ask(`/v1/servers/${uuid}`)
    expect([gone.status, await gone.json()]).toEqual([404, { detail: 'Not found.' }])
    const action = await slow.ask(`/v1/actions/${id}`)
    expect(await action.json()).toMatchObject({ reason: expect.stringContaining('the wrong image.') })

    const log = await slow.askAsOperator('/console/api/transactions?principal=operator:CONSOLE_TOKEN')
    const { transactions } = (await log.json()) as { transactions: { operation: string; resource: string }[] }
    expect(transactions).toContainEqual(
      expect.objectContaining({
        operation: 'POST /console/api/actions/:id/cancel',
        resource: `action:${id}`,
        status: 202,
      }),
    )
  })

  it('that waits for another one says for which', async () => {
    const { uuid } = await slow.createServer('waited-for')
    const page = await slow.open(`/actions?lock=server:${uuid}`)
    await found(page).filter({ hasText: 'succeeded' }).first().waitFor()
    expect((await slow.ask(`/v1/servers/${uuid}/reboot`, 'POST')).status).toBe(204)

    expect((await slow.ask(`/v1/servers/${uuid}`, 'DELETE')).status).toBe(204)
    await found(page).filter({ hasText: 'server.delete' }).first().click()

    const now = page.getByRole('region', { name: 'Right now' })
    await now.getByText(`waiting for server:${uuid}, held by server.reboot for`).waitFor()
    await now.getByRole('link', { name: 'Open the holder' }).waitFor()
    await heading(page, /^server\.delete succeeded/)
  })
})

describe.each<ColorScheme>(['light', 'dark'])('in the %s scheme', colorScheme => {
  it('the list, an action with residue and its dialog are accessible', async () => {
    const page = await openResidue({ colorScheme })
    expect(await violationsOn(page)).toEqual([])

    await residue(page)
      .getByRole('button', { name: /^Forget/ })
      .click()
    await page.getByRole('dialog').getByLabel('Reason').waitFor()
    expect(await violationsOn(page)).toEqual([])

    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'Actions' }).first().click()
    await found(page).first().waitFor()
    expect(await violationsOn(page)).toEqual([])
  })
})

describe('a narrow window', () => {
  it('of 390 pixels shows list, action and dialog without scrolling them sideways', async () => {
    const page = await openResidue()
    await page.setViewportSize({ width: 390, height: 800 })
    const width = () => page.evaluate('document.documentElement.scrollWidth')
    expect(await width()).toBeLessThanOrEqual(390)

    await residue(page)
      .getByRole('button', { name: /^Forget/ })
      .click()
    await page.getByRole('dialog').getByLabel('Reason').waitFor()
    expect(await width()).toBeLessThanOrEqual(390)

    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'Actions' }).first().click()
    await found(page).first().waitFor()
    expect(await width()).toBeLessThanOrEqual(390)
  })
})
