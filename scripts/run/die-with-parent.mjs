import { isMainThread } from 'node:worker_threads'

// Ends the process that loads this, at once, when its parent is gone. A signal that a parent can pass on
// never gets here: this is for a parent that was killed by SIGKILL, which would leave this process behind
// unnoticed, with the port and the data folder still taken.
const lookEveryMs = 200

// Worker threads load what the main one was told to `--import`, and one look-out is enough.
if (isMainThread) {
  const parent = process.ppid
  const look = () => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL')
  }
  setInterval(look, lookEveryMs).unref()
}
