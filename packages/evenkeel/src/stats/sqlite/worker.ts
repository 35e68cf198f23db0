import { parentPort, workerData } from 'node:worker_threads'
import type { Answer, Call, Request, WorkerMessage } from './protocol.ts'
import type { SeriesFileOptions } from './series-file.ts'
import { SurvivingFile } from './surviving-file.ts'

// Everything that touches the file runs here, one request after the other, so that the event loop that serves requests
// never waits for a disk or for a long sum.

const port = parentPort
if (port === null) throw new Error('This is the worker of the kept statistics: sqliteSeries() starts it.')

const file = new SurvivingFile(workerData as SeriesFileOptions, (path, error) =>
  tell({ kind: 'set-aside', path, error }),
)

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
    case 'write':
      file.use(each => each.write(request.seconds, request.nowSecond))
      return undefined
    case 'seconds':
      return file.use(each => each.seconds(request.stretch, request.unwritten))
    case 'stretches':
      return file.use(each => each.stretches(request.stretch, request.width, request.unwritten))
    case 'loss':
      return file.use(each => each.loss(request.query, request.unwritten, request.nowSecond))
    case 'close':
      file.close()
      return undefined
  }
}

function tell(message: WorkerMessage): void {
  port?.postMessage(message)
}
