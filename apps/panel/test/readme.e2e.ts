import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../src/demo/eventually.ts'
import { PanelProcess } from '../src/demo/panel-process.ts'

const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8')
const tokens = { PANEL_TOKEN: 'readme-panel', CONSOLE_TOKEN: 'readme-console' }

let panel: PanelProcess

beforeAll(async () => {
  panel = await PanelProcess.start({ ...tokens, CLOUD_LATENCY: '0.02' })
})

afterAll(() => panel[Symbol.asyncDispose]())

/** Runs a block of the README as its reader would, but for the port. */
async function run(name: string): Promise<unknown> {
  const [, block] = new RegExp(`\`\`\`sh run=${name}\n([\\s\\S]*?)\`\`\``).exec(readme) ?? []
  if (block === undefined) throw new Error(`README.md has no block "sh run=${name}"`)
  const script = block.replaceAll('http://127.0.0.1:8080', panel.url)
  const env = { PATH: process.env['PATH'], TOKEN: tokens.PANEL_TOKEN, CONSOLE_TOKEN: tokens.CONSOLE_TOKEN }
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { env })
  return JSON.parse(stdout)
}

describe('the README', () => {
  it('creates a server, which runs a little later', async () => {
    expect(await run('create')).toMatchObject({ name: 'web1', status: 'changing' })

    await eventually('the server to run', async () => {
      const servers = (await run('list')) as { status: string }[]
      return servers[0]?.status === 'running' ? true : undefined
    })
  })

  it('orders a fault, and the next creation is rolled back with the reason that it shows', async () => {
    await run('fault')
    const { href } = (await run('create')) as { href: string }

    const { detail } = await eventually('the creation to be rolled back', async () => {
      const answer = await fetch(href, { headers: { authorization: `Bearer ${tokens.PANEL_TOKEN}` } })
      return answer.status === 404 ? ((await answer.json()) as { detail: string }) : undefined
    })

    const shown = readme.replaceAll(/\s+/g, ' ')
    expect(shown).toContain(detail.replace(/incident \w+/, 'incident 01M80PKBGMEQJEJWFHPP0CDZEX'))
  })

  it('names every setting that there is', () => {
    const source = readFileSync(join(import.meta.dirname, '../src/settings.ts'), 'utf8')
    const names = [...source.matchAll(/setting\(\s*'([A-Z_]+)'/g)].map(([, name]) => name)

    expect(names.length).toBeGreaterThan(10)
    for (const name of names) expect(readme).toContain(`\`${name}\``)
  })
})
