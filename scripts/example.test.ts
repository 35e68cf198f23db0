import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

describe('npm run example', () => {
  const example = fileURLToPath(import.meta.resolve('./example.mjs'))

  it('lists the examples with what each says of itself', async () => {
    const { code, stdout } = await outcomeOf([example])

    expect(code).toBe(0)
    expect(stdout).toMatch(/^ {2}tweets {2,}Five small services/m)
  })

  it('answers an unknown name with 2 and the names that there are', async () => {
    const { code, stderr } = await outcomeOf([example, '../tweets'])

    expect(code).toBe(2)
    expect(stderr).toContain('There is no example named "../tweets"')
    expect(stderr).toMatch(/^ {2}tweets /m)
  })
})

function outcomeOf(args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise(resolve => {
    const child = execFile(process.execPath, args, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    )
  })
}
