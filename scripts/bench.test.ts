import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

describe('npm run bench', () => {
  const bench = fileURLToPath(import.meta.resolve('./bench.mjs'))

  it('lists the benchmarks with what each says of itself', async () => {
    const { code, stdout } = await outcomeOf([bench])

    expect(code).toBe(0)
    expect(stdout).toMatch(/^ {2}chain {2,}What a chain costs/m)
  })

  it('answers an unknown name with 2 and the names that there are', async () => {
    const { code, stderr } = await outcomeOf([bench, '../figure'])

    expect(code).toBe(2)
    expect(stderr).toContain('There is no benchmark named "../figure"')
    expect(stderr).toMatch(/^ {2}start /m)
  })
})

function outcomeOf(args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise(resolve => {
    const child = execFile(process.execPath, args, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    )
  })
}
