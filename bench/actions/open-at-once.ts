import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { report } from '../figure.ts'

/** What so many unfinished actions take of memory while they are open. */
export async function openAtOnce(count: number): Promise<void> {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'evenkeel-bench-'))
  const program = fileURLToPath(new URL('./hold-open.ts', import.meta.url))
  const child = fork(program, [folder.path, String(count)], { execArgv: ['--expose-gc'] })
  const ended = once(child, 'exit')
  const [bytesEach] = (await Promise.race([once(child, 'message'), ended.then(failed)])) as [number]
  await ended
  report({
    figure: `memory of an open action, with ${count} open at once`,
    value: bytesEach / 1024,
    unit: 'KB',
    aim: { atMost: 20 },
  })
}

function failed([code]: unknown[]): never {
  throw new Error(`A process of the benchmark ended with ${code} before it had measured.`)
}
