import type { Environment, PanelProcess } from '../src/demo/panel-process.ts'

/** With this Node listens for whoever inspects the program, which itself knows nothing of that. */
export const inspectable: Environment = { NODE_OPTIONS: '--inspect=127.0.0.1:0' }

/** The heap of a started program, by Node's inspector: `inspectable` must be among its settings. */
export class PanelHeap implements Disposable {
  readonly #socket: WebSocket
  #asked = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
  }

  static async of({ stderr }: PanelProcess): Promise<PanelHeap> {
    const [url] = /ws:\/\/\S+/.exec(stderr) ?? []
    if (url === undefined) throw new Error(`The panel does not say where it can be inspected: ${stderr}`)
    const socket = new WebSocket(url)
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve, { once: true })
      socket.addEventListener('error', reject, { once: true })
    })
    return new PanelHeap(socket)
  }

  /** What is left of it when everything that nobody needs has been collected, in MB. */
  async usedMb(): Promise<number> {
    await this.#ask('HeapProfiler.collectGarbage')
    const { usedSize } = await this.#ask<{ usedSize: number }>('Runtime.getHeapUsage')
    return usedSize / 2 ** 20
  }

  [Symbol.dispose](): void {
    this.#socket.close()
  }

  async #ask<Result>(method: string): Promise<Result> {
    const id = ++this.#asked
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    const answered = new AbortController()
    const { signal } = answered
    const onMessage = ({ data }: MessageEvent) => {
      const answer = JSON.parse(String(data)) as { id?: number; result: Result; error?: unknown }
      if (answer.id !== id) return
      if (answer.error === undefined) resolve(answer.result)
      else reject(new Error(`${method} failed: ${JSON.stringify(answer.error)}`))
    }
    this.#socket.addEventListener('message', onMessage, { signal })
    this.#socket.addEventListener('close', () => reject(new Error('The panel has ended.')), { signal })
    this.#socket.send(JSON.stringify({ id, method }))
    try {
      return await promise
    } finally {
      answered.abort()
    }
  }
}
