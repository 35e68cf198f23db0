import { threadId } from 'node:worker_threads'
import { answerCalls, notify } from './answer-calls.ts'

/** What the tests ask of a worker. */
export type Request =
  | { readonly kind: 'echo'; readonly text: string }
  | { readonly kind: 'length'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'throw'; readonly message: string; readonly code: string }
  | { readonly kind: 'die' }
  | { readonly kind: 'thread' }

export interface Answers {
  echo: string
  length: number
  throw: never
  die: never
  thread: number
}

answerCalls<Request, unknown>({
  answerTo(request) {
    switch (request.kind) {
      case 'echo':
        return request.text
      case 'length':
        return request.bytes.length
      case 'throw':
        throw Object.assign(new Error(request.message), { code: request.code })
      case 'die':
        return process.exit(7)
      case 'thread':
        return threadId
    }
  },
  end: () => notify('ended'),
})
