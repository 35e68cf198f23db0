import { workerData } from 'node:worker_threads'
import { answerCalls, notify } from '../../worker-calls/answer-calls.ts'
import { unpackRows } from './packed-rows.ts'
import type { Answer, Request, WorkerData, WorkerNotice } from './protocol.ts'
import { Slices } from './slices.ts'

// Everything that touches the log's files runs here, one request after the other, so that the event loop
// that serves requests never waits for a disk.

const slices = new Slices({
  ...(workerData as WorkerData),
  onSetAside: (path, error) => notify<WorkerNotice>({ kind: 'set-aside', path, error }),
  onOverBytes: fileCount => notify<WorkerNotice>({ kind: 'over-bytes', fileCount }),
})

answerCalls<Request, Answer>({ answerTo, end: () => slices.close() })

function answerTo(request: Request): Answer {
  switch (request.kind) {
    case 'append':
      slices.append(unpackRows(request.rows), request.rows.details)
      return undefined
    case 'find':
      return slices.find(request.id)
    case 'query':
      return slices.query(request.query, request.searchedMax)
    case 'count':
      return slices.exceptionsByMinute(request)
    case 'list':
      return slices.list()
    case 'erase':
      return slices.erase(request.principal, request.startMs)
    case 'tend':
      slices.retain(request.beforeMs)
      return slices.seal(request.nowMs)
    case 'size':
      return slices.sizeBytes
  }
}
