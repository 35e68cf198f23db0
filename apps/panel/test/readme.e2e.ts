import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../src/demo/eventually.ts'
import { PanelProcess } from '../src/demo/panel-process.ts'
import { Shell } from './shell.fixture.ts'

const pageAt = (path: string) => readFileSync(join(import.meta.dirname, '../../..', path), 'utf8')
const readme = pageAt('README.md')
const behindLoadBalancer = pageAt('docs/panel/behind-a-load-balancer.md')
const tokens = { PANEL_TOKEN: 'readme-panel', CONSOLE_TOKEN: 'readme-console' }

let panel: PanelProcess
let shell: Shell

beforeAll(async () => {
  const [, images = ''] = /IMAGE_URLS=(\S+)/.exec(behindLoadBalancer) ?? []
  panel = await PanelProcess.start({ ...tokens, CLOUD_LATENCY: '0.02', IMAGE_URLS: images })
  shell = new Shell({ TOKEN: tokens.PANEL_TOKEN, CONSOLE_TOKEN: tokens.CONSOLE_TOKEN })
})

afterAll(async () => {
  await shell[Symbol.asyncDispose]()
  await panel[Symbol.asyncDispose]()
})

/** Runs a block of a page as its reader would, but for the port, and in the shell of the blocks before. */
function run(name: string, page = readme): Promise<string> {
  const [, block] = new RegExp(`\`\`\`sh run=${name}\n([\\s\\S]*?)\`\`\``).exec(page) ?? []
  if (block === undefined) throw new Error(`The page has no block "sh run=${name}"`)
  return shell.run(block.replaceAll('http://127.0.0.1:8080', panel.url))
}

async function get<T>(path: string): Promise<T> {
  const headers = { authorization: `Bearer ${tokens.PANEL_TOKEN}` }
  return (await (await fetch(`${panel.url}/v1/${path}`, { headers })).json()) as T
}

const namesOf = async (path: string) => (await get<{ name: string }[]>(path)).map(({ name }) => name)

describe('the README', () => {
  it('creates a server, which runs a little later', async () => {
    expect(JSON.parse(await run('create'))).toMatchObject({ name: 'web1', status: 'changing' })

    await eventually('the server to run', async () => {
      const servers = JSON.parse(await run('list')) as { status: string }[]
      return servers[0]?.status === 'running' ? true : undefined
    })
  })

  it('orders a fault, and the next creation is rolled back with the reason that it shows', async () => {
    await run('fault')
    const { uuid } = JSON.parse(await run('create')) as { uuid: string }

    const { detail } = await eventually('the creation to be rolled back', async () => {
      const answer = await get<{ detail?: string }>(`servers/${uuid}`)
      return answer.detail === undefined ? undefined : { detail: answer.detail }
    })

    const shown = readme.replaceAll(/\s+/g, ' ')
    expect(shown).toContain(detail.replace(/incident \w+/, 'incident 01M80PKBGMEQJEJWFHPP0CDZEX'))
  })

  it('moves an address and a volume between two servers, which it upgrades, and leaves nothing of all that', async () => {
    await run('clear')

    expect(await run('network')).toBe('')
    expect(await namesOf('servers')).toEqual(['web1', 'app1', 'app2'])
    expect(JSON.parse(await run('move'))).toMatchObject({ server: { name: 'app2' } })
    expect(JSON.parse(await run('upgrade'))).toMatchObject({
      name: 'app1',
      flavor: { slug: 'flex-8-2' },
      volumes: [{ size_gb: 20 }, { name: 'app1-bulk-1' }, { name: 'app2-bulk-1' }],
    })
    expect(await run('delete')).toBe('')

    expect(await namesOf('servers')).toEqual(['web1'])
    expect(await namesOf('volumes')).toEqual(['web1-root', 'web1-bulk-1'])
    for (const path of ['networks', 'subnets', 'floating-ips', 'volume-snapshots'])
      expect(await get(path)).toEqual([])
  })

  it('leads on to two servers behind a load balancer, which answers with one of them, and is gone with everything else', async () => {
    const read = (name: string) => run(name, behindLoadBalancer)

    expect(await read('build')).toBe('')
    expect(await read('stop-one')).toMatch(/"status":"degraded".*"next_hop":"203\.0\.113\.\d+"/)
    expect(JSON.parse(await read('objects-user'))).toMatchObject({ display_name: 'backup', keys: [{}] })
    expect(await read('delete')).toBe('')

    expect(await namesOf('servers')).toEqual(['web1'])
    for (const path of ['load-balancers', 'floating-ips', 'networks', 'custom-images', 'objects-users'])
      expect(await get(path)).toEqual([])
  })

  it('names every setting that there is', () => {
    const source = readFileSync(join(import.meta.dirname, '../src/settings.ts'), 'utf8')
    const names = [...source.matchAll(/setting\(\s*'([A-Z_]+)'/g)].map(([, name]) => name)

    expect(names.length).toBeGreaterThan(10)
    for (const name of names) expect(readme).toContain(`\`${name}\``)
  })
})
