import { workerData } from 'node:worker_threads'
import { answerCalls, notify } from '../../worker-calls/answer-calls.ts'
import type { Answer, Request, WorkerNotice } from './protocol.ts'
import type { SeriesFileOptions } from './series-file.ts'
import { SurvivingFile } from './surviving-file.ts'

// Everything that touches the file runs here, one request after the other, so that the event loop that serves requests
// never waits for a disk or for a long sum.

const file = new SurvivingFile(workerData as SeriesFileOptions, (path, error) =>
  notify<WorkerNotice>({ path, error }),
)

answerCalls<Request, Answer>({ answerTo, end: () => file.close() })

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
  }
}
