/** How the body of a response ended: read to its end, broken where it comes from, or given up by its reader. */
export type BodyEnd =
  | { readonly kind: 'read' | 'left' }
  | { readonly kind: 'broken'; readonly thrown: unknown }

/** The body of a response, read only as it is asked for, that tells once how it ended. */
export class WatchedBody {
  readonly stream: ReadableStream<Uint8Array>
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #onEnd: (end: BodyEnd) => void
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined

  constructor(source: ReadableStream<Uint8Array>, onEnd: (end: BodyEnd) => void) {
    this.#reader = source.getReader()
    this.#onEnd = onEnd
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: controller => {
          this.#controller = controller
        },
        pull: controller => this.#pull(controller),
        cancel: async reason => {
          this.#onEnd({ kind: 'left' })
          await this.#reader.cancel(reason)
        },
      },
      // Nothing is read ahead: the end is told when it is reached, not before it is asked for.
      { highWaterMark: 0 },
    )
  }

  /** Ends the stream with an error, which its reader answers by cutting the connection. */
  breakOff(reason: Error): void {
    this.#controller?.error(reason)
    // The source may fail at being stopped; the transaction has had its outcome by then.
    this.#reader.cancel(reason).catch(() => {})
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      const { done, value } = await this.#reader.read()
      if (!done) return controller.enqueue(value)
      controller.close()
    } catch (thrown) {
      // What is told of it goes no further than the runtime, which may print it: so it says no more than the client sees.
      controller.error(new Error('The answer broke off.'))
      this.#onEnd({ kind: 'broken', thrown })
      return
    }
    this.#onEnd({ kind: 'read' })
  }
}
