import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { FaultKind } from '../src/cloud/embedded/fault-order.ts'
import type { CloudOperation } from '../src/cloud/embedded/operations.ts'
import { ConsoleBrowser, type OpenOptions, signIn } from '../src/demo/console-browser.ts'
import { PanelProcess } from '../src/demo/panel-process.ts'

const tokens = { panel: 'console-test-panel', operator: 'console-test-operator' }

/** A fault to order: as the operators' API takes it. */
interface Order {
  operation: CloudOperation
  kind: FaultKind
  times?: number
}

/** A running panel and a browser before it. */
export class ConsoleBench implements AsyncDisposable {
  readonly panel: PanelProcess
  readonly operatorToken = tokens.operator
  readonly #browser: ConsoleBrowser
  readonly #pages: Page[] = []
  #complaints: string[] = []

  private constructor(panel: PanelProcess, browser: ConsoleBrowser) {
    this.panel = panel
    this.#browser = browser
  }

  /** @param environment further settings of the panel */
  static async start(environment: { [name: string]: string } = {}): Promise<ConsoleBench> {
    const panel = await PanelProcess.start({
      PANEL_TOKEN: tokens.panel,
      CONSOLE_TOKEN: tokens.operator,
      CLOUD_LATENCY: '0.02',
      ACTION_SETTLE_MS: '100',
      LOG_LEVEL: 'silent',
      ...environment,
    })
    return new ConsoleBench(panel, await ConsoleBrowser.start())
  }

  /** A page of the console, at the sign-in form. What it complains about is remembered. */
  async openSignedOut(path = '', options?: OpenOptions): Promise<Page> {
    const page = await this.#browser.open(options)
    this.#pages.push(page)
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type())) this.#complaints.push(message.text())
    })
    page.on('pageerror', error => this.#complaints.push(String(error)))
    await page.goto(`${this.panel.url}/console${path}`)
    return page
  }

  /** A page of the console, for an operator. */
  async open(path = '', options?: OpenOptions): Promise<Page> {
    const page = await this.openSignedOut(path, options)
    await signIn(page, tokens.operator)
    return page
  }

  /** What the browser complained about since it was last asked. */
  takeComplaints(): string[] {
    const complaints = this.#complaints
    this.#complaints = []
    return complaints
  }

  /** Ends a test: closes its pages, on whose console nothing may have been said. */
  async expectNoComplaints(): Promise<void> {
    for (const page of this.#pages.splice(0)) await page.context().close()
    expect(this.takeComplaints()).toEqual([])
  }

  /** What a customer asks, with a token of the project. */
  ask(path: string, method = 'GET', body?: object): Promise<Response> {
    return this.#send(path, method, tokens.panel, body)
  }

  /** What an operator asks. */
  askAsOperator(path: string): Promise<Response> {
    return this.#send(path, 'GET', tokens.operator)
  }

  /** What an operator does. */
  postAsOperator(path: string, body: object): Promise<Response> {
    return this.#send(path, 'POST', tokens.operator, body)
  }

  /** Asks for a server, which is then being created. */
  async createServer(name: string): Promise<{ readonly uuid: string }> {
    const answer = await this.ask('/v1/servers', 'POST', {
      name,
      flavor: 'flex-4-1',
      image: 'debian-13',
      ssh_keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFhQb2xsZXIgaXMgYSBuYW1lIG5vdCBhIGtleQ== console'],
    })
    expect(answer.status).toBe(201)
    return (await answer.json()) as { uuid: string }
  }

  /** Replaces what was ordered before; without an order the cloud works again. */
  async orderFaults(...orders: Order[]): Promise<void> {
    const answer = await this.#send('/console/api/cloud/faults', 'PUT', tokens.operator, orders)
    expect(answer.status).toBe(200)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser[Symbol.asyncDispose]()
    await this.panel[Symbol.asyncDispose]()
  }

  #send(path: string, method: string, token: string, body?: object): Promise<Response> {
    return fetch(`${this.panel.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
  }
}
