import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { exitCodeOf, runChild } from './child.mjs'

const node = process.execPath

describe('runChild', () => {
  it('hands back the exit code', async () => {
    const result = await runChild(node, ['-e', 'process.exit(7)'], {})

    expect(result).toEqual({ code: 7, interruptedBy: undefined })
  })

  it('counts an end by a signal as a shell does', async () => {
    const result = await runChild(node, ['-e', 'process.kill(process.pid, "SIGKILL")'], {})

    expect(result.code).toBe(exitCodeOf('SIGKILL'))
  })

  it('fails if there is no such program', async () => {
    await expect(runChild('/absent/program', [], {})).rejects.toThrow('ENOENT')
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'passes %s on and lets the program decide how to end',
    async signal => {
      const program = `process.on('${signal}', () => { console.log('stopped by ${signal}'); process.exit(3) }); console.log('ready'); setInterval(() => {}, 1000)`
      const child = `import { runChild } from ${JSON.stringify(import.meta.resolve('./child.mjs'))}
      console.log(JSON.stringify(await runChild(process.execPath, ['-e', ${JSON.stringify(program)}], { stdio: 'inherit' })))`

      const parent = execFile(node, ['--input-type=module', '-e', child])
      let output = ''
      parent.stdout?.on('data', (text: string) => {
        output += text
        if (text.includes('ready')) parent.kill(signal)
      })
      await once(parent, 'close')

      expect(output.trim().split('\n')).toEqual([
        'ready',
        `stopped by ${signal}`,
        JSON.stringify({ code: 3, interruptedBy: signal }),
      ])
    },
  )
})
