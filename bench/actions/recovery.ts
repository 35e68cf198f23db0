import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { report } from '../figure.ts'
import type { WentOn } from './go-on.ts'

/** A process with so many actions under way is killed, and another one goes on with them: with the default settings. */
export async function recovery(count: number): Promise<void> {
  using folder = mkdtempDisposableSync(`${tmpdir()}/evenkeel-bench-`)
  const killed = forked('./begin-and-die.ts', folder.path, count)
  await told(killed)
  const died = once(killed, 'exit')
  killed.kill('SIGKILL')
  await died

  const next = forked('./go-on.ts', folder.path, count)
  const ended = once(next, 'exit')
  const { firstMs, allMs } = (await told(next)) as WentOn
  await ended
  report({
    figure: `after kill -9 of ${count} unfinished actions, until the first goes on`,
    value: firstMs / 1000,
    unit: 's',
    aim: { atMost: 1 },
  })
  report({
    figure: `after kill -9 of ${count} unfinished actions, until all have ended`,
    value: allMs / 1000,
    unit: 's',
    aim: { atMost: 20 },
  })
}

function forked(file: string, folder: string, count: number): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), [folder, String(count)])
}

async function told(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const exited = (code: number | null) =>
      reject(new Error(`A process of the benchmark ended with ${code}.`))
    child.once('exit', exited)
    child.once('message', message => {
      child.off('exit', exited)
      resolve(message)
    })
  })
}
