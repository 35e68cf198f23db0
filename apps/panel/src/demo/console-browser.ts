import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

export type ColorScheme = 'light' | 'dark'

export interface OpenOptions {
  /** @default 'light' */
  colorScheme?: ColorScheme
  /** In CSS pixels. @default 1280 × 800 */
  viewport?: { width: number; height: number }
  /** Pixels of the screen per CSS pixel. @default 1 */
  deviceScaleFactor?: number
}

/** Chromium, to look at the console with. Nothing of it is left when it is disposed of. */
export class ConsoleBrowser implements AsyncDisposable {
  readonly #browser: Browser

  private constructor(browser: Browser) {
    this.#browser = browser
  }

  /** Starts the browser that `CHROMIUM_PATH` names. @default Debian's */
  static async start(): Promise<ConsoleBrowser> {
    const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
    return new ConsoleBrowser(await chromium.launch({ executablePath, args: [...programArguments] }))
  }

  /** A page of somebody who has never been here. What is waited for on it must come within 40 seconds. */
  async open({
    colorScheme = 'light',
    viewport = { width: 1280, height: 800 },
    deviceScaleFactor = 1,
  }: OpenOptions = {}): Promise<Page> {
    const context: BrowserContext = await this.#browser.newContext({
      colorScheme,
      viewport,
      deviceScaleFactor,
      locale: 'en-GB',
    })
    context.setDefaultTimeout(40_000)
    return context.newPage()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close()
  }
}

/** As root Chromium wants no sandbox, and in a test it has nothing to look for in the network. */
const programArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Signs in on the page that is shown, and waits until it is up to date. */
export async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Operator token').fill(token)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByTestId('stream-state').getByText('live').waitFor()
}
