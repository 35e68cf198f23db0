import { parentPort, workerData } from 'node:worker_threads'
import { unpackRows } from './packed-rows.ts'
import type { Answer, Call, Request, WorkerData, WorkerMessage } from './protocol.ts'
import { Slices } from './slices.ts'

// Everything that touches the log's files runs here, one request after the other, so that the event loop
// that serves requests never waits for a disk.

const port = parentPort
if (port === null)
  throw new Error('This is the worker of the SQLite transaction log: sqliteTxLog() starts it.')

const slices = new Slices({
  ...(workerData as WorkerData),
  onSetAside: (path, error) => tell({ kind: 'set-aside', path, error }),
  onOverBytes: fileCount => tell({ kind: 'over-bytes', fileCount }),
})

port.on('message', ({ call, request }: Call) => {
  try {
    tell({ kind: 'answer', call, answer: answerTo(request) })
  } catch (error) {
    tell({ kind: 'failure', call, error, isDiskFull: isDiskFull(error) })
  }
  if (request.kind === 'close') port.close()
})

function answerTo(request: Request): Answer {
  switch (request.kind) {
    case 'append':
      slices.append(unpackRows(request.rows))
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
    case 'close':
      slices.close()
      return undefined
  }
}

// SQLITE_FULL of https://www.sqlite.org/rescode.html, also where SQLite meets it elsewhere than in the file itself.
function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { errcode, code } = error as { errcode?: number; code?: string }
  return errcode === 13 || code === 'ENOSPC'
}

function tell(message: WorkerMessage): void {
  port?.postMessage(message)
}
