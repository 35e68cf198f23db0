import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { NotFoundException } from 'evenkeel'
import { type HttpCall, httpClient } from 'evenkeel/client'
import type { FaultKind } from '../cloud/embedded/fault-order.ts'
import type { CloudOperation } from '../cloud/embedded/operations.ts'
import { ConsoleBrowser, signIn } from './console-browser.ts'
import { Customer, type OwnServer } from './customer.ts'
import { Operator } from './operator.ts'
import { PanelProcess } from './panel-process.ts'

// `node apps/panel/src/demo/screenshot.ts [FOLDER]`: the pictures of the console in README and docs. A panel of its own
// is asked for servers for a minute, meets some troubles on the way, and is photographed; then once more with a window
// drawn over a dip. Needs Chromium and the built pages.

const tokens = { panel: 'screenshot-panel', console: 'screenshot-console' }
const size = { width: 1200, height: 750 }
const windowHeight = 1000
const minuteMs = 60_000
const readEveryMs = 150
const createEveryMs = 1_200
const followEveryMs = 1_000

/** What goes wrong, and when, in milliseconds from the start. */
const troubles: readonly Trouble[] = [
  { atMs: 16_000, orders: [['volumes.create', 'refuse', 3]] },
  {
    atMs: 34_000,
    orders: [
      ['network.createPort', 'lose-answer', 1],
      ['compute.createServer', 'busy', 27],
    ],
  },
  { atMs: 54_000, orders: [['volumes.delete', 'refuse', 12]] },
]

interface Trouble {
  readonly atMs: number
  readonly orders: readonly [CloudOperation, FaultKind, times: number][]
}

const [folder = fileURLToPath(new URL('../../../../docs/images', import.meta.url))] = process.argv.slice(2)
await using panel = await PanelProcess.start({
  PANEL_TOKEN: tokens.panel,
  CONSOLE_TOKEN: tokens.console,
  CLOUD_LATENCY: '0.5',
  ACTION_SETTLE_MS: '300',
  ACTION_WATCH_MS: '60000',
  LOG_LEVEL: 'silent',
})
await using browser = await ConsoleBrowser.start()
const customerCalls = clientOf('/v1', tokens.panel)
const customer = new Customer(customerCalls)
const operator = new Operator(clientOf('/console/api', tokens.console))

const page = await browser.open({ viewport: size })
await page.goto(`${panel.url}/console?window=1`)
await signIn(page, tokens.console)
const endMs = performance.now() + minuteMs
const isOver = () => performance.now() >= endMs
await Promise.all([lookAround(), createServers(), ...troubles.map(makeTrouble)])
await mkdir(folder, { recursive: true })
await takePicture('console.png')
await lookBehindTheDip()
await takePicture('console-window.png')

async function takePicture(name: string): Promise<void> {
  const path = join(folder, name)
  await page.screenshot({ path })
  console.log(path)
}

/** Draws a window over the second half of the graph, and opens what is behind the class that cost most. */
async function lookBehindTheDip(): Promise<void> {
  // All troubles still lie in it, however long the first picture took.
  await page.getByRole('radio', { name: '5 min', exact: true }).click()
  const graph = await page.getByRole('img', { name: /^Outcomes of the last/ }).boundingBox()
  if (graph === null) throw new Error('The graph is not on the page.')
  const middle = graph.y + graph.height / 2
  await page.mouse.move(graph.x + graph.width * 0.5, middle)
  await page.mouse.down()
  await page.mouse.move(graph.x + graph.width * 0.9, middle, { steps: 5 })
  await page.mouse.up()
  const shares = page.getByRole('table', { name: 'Shares of the lost success rate' })
  await shares.getByRole('button').first().click()
  await page.getByRole('article', { name: 'Example transaction' }).waitFor()
  // From the graph on down, in one look; the header covers the first pixels.
  await page.setViewportSize({ ...size, height: windowHeight })
  await page.evaluate("document.querySelector('figure').scrollIntoView(); scrollBy(0, -60)")
}

function clientOf(path: string, token: string) {
  const headers = { authorization: `Bearer ${token}` }
  return httpClient({ baseUrl: `${panel.url}${path}`, service: 'panel', headers })
}

async function makeTrouble({ atMs, orders }: Trouble): Promise<void> {
  await delay(atMs)
  // The operator orders faults that strike once.
  await operator.orderFaults(
    orders.flatMap(([operation, kind, times]) => Array.from({ length: times }, () => ({ operation, kind }))),
  )
}

/** What customers ask most of the time: how things are; now and then for what was never there. */
async function lookAround(): Promise<void> {
  for (let asked = 0; !isOver(); asked++) {
    await ask({ path: asked % 37 === 11 ? '/sevrers' : asked % 3 === 0 ? '/servers' : '/flavors' })
    await delay(readEveryMs)
  }
}

async function ask(call: HttpCall): Promise<void> {
  try {
    await customerCalls(call)
  } catch (thrown) {
    if (!(thrown instanceof NotFoundException)) throw thrown // a wrong route belongs to the picture
  }
}

async function createServers(): Promise<void> {
  const lives: Promise<void>[] = []
  for (let count = 1; !isOver(); count++) {
    lives.push(liveOf(`web${count}`))
    await delay(createEveryMs)
  }
  await Promise.all(lives)
}

/** A server that is wanted for a short while. What is under way at the end belongs to the picture. */
async function liveOf(name: string): Promise<void> {
  const { uuid } = await customer.createServer(name)
  while (!isOver()) {
    await delay(followEveryMs)
    const server = await customer.look<OwnServer>(`/servers/${uuid}`)
    if ('detail' in server) return
    if (server.status === 'running') return customer.remove(`/servers/${uuid}`)
  }
}
