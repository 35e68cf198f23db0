import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { embeddedCloud } from './embedded-cloud.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-crash-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('an ordered crash kills the process after the effect, and strikes once over all restarts', async () => {
  const first = embeddedCloud({ path: folder, latencyFactor: 0 })
  first.faults.replace([{ operation: 'network.createPort', kind: 'crash', times: 1 }])
  first.close()

  expect(await createPortInItsOwnProcess('203.0.113.1')).toEqual({ signal: 'SIGKILL', printed: '' })
  expect(await createPortInItsOwnProcess('203.0.113.2')).toEqual({ signal: null, printed: 'answered' })

  const survivor = embeddedCloud({ path: folder, latencyFactor: 0 })
  expect(survivor.faults.read().orders).toMatchObject([{ kind: 'crash', struck: 1 }])
  expect(survivor.objects()).toMatchObject([
    { kind: 'port', state: 'ready', addresses: [{ address: '203.0.113.1' }] },
    { kind: 'port', state: 'ready', addresses: [{ address: '203.0.113.2' }] },
  ])
  survivor.close()
})

async function createPortInItsOwnProcess(address: string) {
  const program = `
    import { embeddedCloud } from ${JSON.stringify(new URL('./embedded-cloud.ts', import.meta.url).href)}
    const cloud = embeddedCloud({ path: ${JSON.stringify(folder)}, latencyFactor: 0 })
    await cloud.network.createPort({
      key: 'crash-test', zone: 'rma1', network: 'public', addresses: [{ version: 4, address: '${address}' }],
    })
    process.stdout.write('answered')
  `
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  const [, signal] = await once(child, 'close')
  return { signal, printed }
}
