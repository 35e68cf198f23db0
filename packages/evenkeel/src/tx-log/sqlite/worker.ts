import { parentPort, workerData } from 'node:worker_threads'
import type { Answer, Call, Request, WorkerData, WorkerMessage } from './protocol.ts'
import { Slices } from './slices.ts'

// Everything that touches the log's files runs here, one request after the other, so that the event loop
// that serves requests never waits for a disk.

const port = parentPort
if (port === null)
  throw new Error('This is the worker of the SQLite transaction log: sqliteTxLog() starts it.')

const { folder } = workerData as WorkerData
const slices = new Slices(folder, (path, error) => tell({ kind: 'set-aside', path, error }))

port.on('message', ({ call, request }: Call) => {
  try {
    tell({ kind: 'answer', call, answer: answerTo(request) })
  } catch (error) {
    tell({ kind: 'failure', call, error })
  }
  if (request.kind === 'close') port.close()
})

function answerTo(request: Request): Answer {
  switch (request.kind) {
    case 'append':
      slices.append(request.rows)
      return undefined
    case 'find':
      return slices.find(request.id)
    case 'query':
      return slices.query(request.query)
    case 'retain':
      slices.retain(request.fromDay)
      return undefined
    case 'close':
      slices.close()
      return undefined
  }
}

function tell(message: WorkerMessage): void {
  port?.postMessage(message)
}
