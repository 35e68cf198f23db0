import { Socket } from 'node:net'
import { isMainThread } from 'node:worker_threads'

// Loaded before a program that runs as a child of `on-node-24.mjs`. Descriptor 3 is a pipe from the parent,
// in which nothing is ever written: it ends when the parent does, even by SIGKILL, which a process can't
// pass on. Worker threads load this file too, and leave the pipe to the main one.
if (isMainThread) {
  const parent = new Socket({ fd: 3 })
  parent.on('error', die).on('end', die).resume().unref()
}

function die() {
  process.kill(process.pid, 'SIGKILL')
}
