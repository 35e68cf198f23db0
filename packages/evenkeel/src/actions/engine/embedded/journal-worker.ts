import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { troubleOf } from './journal-check.ts'
import { JournalFile } from './journal-file.ts'
import type { FromWorker, ToWorker } from './journal-messages.ts'
import { tidiedAtOnce } from './journal-tidier.ts'

const retryMs = 1_000
/** No append for so long is an opportunity to tidy. */
const idleMs = 100

const { path } = workerData as { readonly path: string }
const port = parentPort as MessagePort

/** Serves the journal: collects what has arrived, and commits it together. */
class JournalServer {
  readonly #file: JournalFile
  #batch = ''
  #upTo = 0
  #forgetBeforeMs = 0
  #isScheduled = false
  /** How many histories are closed and not tidied away yet, of this process. */
  #untidyCount = 0
  #idle: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(file: JournalFile) {
    this.#file = file
  }

  take(message: ToWorker): void {
    switch (message.kind) {
      case 'append':
        this.#batch += message.lines
        this.#upTo = message.upTo
        this.#forgetBeforeMs = message.forgetBeforeMs
        this.#schedule()
        return
      case 'read':
        this.#flush()
        this.#answer(message)
        return
      case 'set-aside':
        this.#orProblem(() => this.#file.setAside(message.actionId, message.reason, Date.now()))
        return
      case 'close':
        this.#flush()
        this.#isClosed = true
        clearTimeout(this.#idle)
        this.#file.close()
        send({ kind: 'closed' })
        port.close()
    }
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    // After the messages that are here already: they join this commit.
    setImmediate(() => {
      this.#isScheduled = false
      this.#flush()
    })
  }

  /** A full disk or the like: nothing is lost and nothing is acknowledged, until a later try succeeds. */
  #flush(): void {
    if (this.#batch === '' || this.#isClosed) return
    const isWritten = this.#orProblem(() => {
      this.#untidyCount += this.#file.write(entriesOf(this.#batch))
    })
    if (!isWritten) {
      if (!this.#isScheduled) {
        this.#isScheduled = true
        setTimeout(() => {
          this.#isScheduled = false
          this.#flush()
        }, retryMs)
      }
      return
    }
    this.#batch = ''
    send({ kind: 'durable', upTo: this.#upTo })
    this.#tidySoon()
  }

  /** Many at once, since they share pages: between appends when there are enough, else when no append comes for a while. */
  #tidySoon(): void {
    this.#tidyWhenIdle(idleMs)
    if (this.#untidyCount >= tidiedAtOnce) setImmediate(() => this.#tidy())
  }

  #tidyWhenIdle(forMs: number): void {
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => this.#tidy(), forMs)
  }

  #tidy(): void {
    if (this.#isClosed) return
    this.#untidyCount = Math.max(0, this.#untidyCount - tidiedAtOnce)
    let isMore = false
    this.#orProblem(() => {
      isMore = this.#file.tidy(this.#forgetBeforeMs)
    })
    if (isMore) this.#tidyWhenIdle(0)
  }

  #answer({ number, read, forgetBeforeMs }: Extract<ToWorker, { kind: 'read' }>): void {
    try {
      send({ kind: 'answer', number, answer: this.#file.read(read, forgetBeforeMs) })
    } catch (error) {
      send({ kind: 'unanswered', number, trouble: troubleOf(error) })
    }
  }

  /** Whether it worked; if not, the journal is told. */
  #orProblem(work: () => void): boolean {
    try {
      work()
      return true
    } catch (error) {
      send({ kind: 'problem', trouble: troubleOf(error) })
      return false
    }
  }
}

function* entriesOf(lines: string): Generator<readonly [actionId: string, entry: string]> {
  for (let from = 0; from < lines.length; ) {
    const middle = lines.indexOf('\n', from)
    const end = lines.indexOf('\n', middle + 1)
    yield [lines.slice(from, middle), lines.slice(middle + 1, end)]
    from = end + 1
  }
}

function send(message: FromWorker): void {
  port.postMessage(message)
}

try {
  const file = new JournalFile(path)
  const server = new JournalServer(file)
  port.on('message', (message: ToWorker) => server.take(message))
  send({ kind: 'opened', id: file.id })
} catch (error) {
  send({ kind: 'refused', trouble: troubleOf(error) })
  port.close()
}
