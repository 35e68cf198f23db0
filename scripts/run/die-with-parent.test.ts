import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'

describe('a program that dies with its parent', () => {
  it('ends when the parent is killed, which no process can pass on', async () => {
    const parent = execFile(process.execPath, ['--input-type=module', '-e', parentOf(patientProgram)])
    let output = ''
    parent.stdout?.on('data', (text: string) => {
      output += text
      if (text.includes('started')) parent.kill('SIGKILL')
    })
    // The program holds the same output open: it closes when both have ended.
    await once(parent, 'close')

    expect(output).toBe('started\n')
  })
})

const patientProgram = "console.log('started'); setTimeout(() => console.log('survived'), 5000)"

function parentOf(program: string): string {
  const args = JSON.stringify(['--import', import.meta.resolve('./die-with-parent.mjs'), '-e', program])
  return `
    import { runChild } from ${JSON.stringify(import.meta.resolve('./child.mjs'))}
    await runChild(process.execPath, ${args}, { stdio: 'inherit' })`
}
