import { currentTx, NotFoundException, runInTx, Transaction } from '../index.ts'
import { memoryStats } from '../stats/index.ts'
import { memoryTxLog } from '../tx-log/index.ts'
import { backgroundWith } from './background.ts'
import { watchProcess } from './watch-process.ts'

/** A process in which nobody catches anything. It prints, as JSON, the requests that it ran and what was logged. */
const policy = process.argv[2] === 'go-on' ? 'go-on' : 'drain-and-exit'
const log = memoryTxLog()
const background = backgroundWith({ stats: memoryStats(), log })
const drain = async (): Promise<void> => {
  await print()
}
watchProcess({ background, policy, drain })

const requests: string[] = []
inRequest(() => {
  // A promise that is nobody's: its rejection arrives long after the request has been answered.
  void Promise.resolve().then(() => {
    throw new NotFoundException(`No server ${currentTx().operation}.`)
  })
})
inRequest(() => {
  setTimeout(() => {
    throw new TypeError('x is not a function')
  }, 5)
})
if (policy === 'go-on') setTimeout(print, 50)

function inRequest(work: () => void): void {
  const tx = new Transaction({ kind: 'request', operation: 'GET /' })
  requests.push(tx.id)
  runInTx(tx, work)
}

async function print(): Promise<void> {
  const rows = (await log.query({})).map(({ operation, exception, parentId }) => ({
    operation,
    exception,
    parentId,
  }))
  console.log(JSON.stringify({ requests, rows }))
}
