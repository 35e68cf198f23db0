import { parentPort } from 'node:worker_threads'
import { type AnyRequest, type Call, endRequest, type WorkerMessage } from './messages.ts'

export interface AnswerCallsOptions<Request extends AnyRequest, Answer> {
  /** What it throws is what the caller's promise rejects with. */
  answerTo: (request: Request) => Answer
  /** Releases what the worker holds, before it ends. */
  end: () => void
}

/** Answers, in a worker thread, what its `WorkerCalls` asks: one request after the other. */
export function answerCalls<Request extends AnyRequest, Answer>({
  answerTo,
  end,
}: AnswerCallsOptions<Request, Answer>): void {
  const port = portToMainThread()
  const answer = (request: Call<Request>['request']) =>
    isEnd(request) ? end() : answerTo(request as Request)
  port.on('message', ({ call, request }: Call<Request>) => {
    try {
      tell({ kind: 'answer', call, answer: answer(request) })
    } catch (error) {
      tell({ kind: 'failure', call, error, isDiskFull: isDiskFull(error) })
    }
    if (isEnd(request)) port.close()
  })
}

/** Tells, from a worker thread, what its `WorkerCalls` did not ask for. */
export function notify<Notice>(notice: Notice): void {
  tell({ kind: 'notice', notice })
}

function tell(message: WorkerMessage<unknown, unknown>): void {
  portToMainThread().postMessage(message)
}

function portToMainThread(): NonNullable<typeof parentPort> {
  if (parentPort === null) {
    throw new Error(
      'This file is the code of a worker thread: what it works for starts it, by `WorkerCalls`.',
    )
  }
  return parentPort
}

function isEnd({ kind }: AnyRequest): boolean {
  return kind === endRequest.kind
}

// SQLITE_FULL of https://www.sqlite.org/rescode.html, also where SQLite meets it elsewhere than in the file itself.
function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { errcode, code } = error as { errcode?: number; code?: string }
  return errcode === 13 || code === 'ENOSPC'
}
