import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { manifestName } from './manifest.ts'
import { BackupUnreadableException, restoreBackup } from './restore-backup.ts'
import { pack } from './tar.ts'

const content = Buffer.from('what an attacker wants to be read')

interface Hostile {
  /** As the manifest announces them. */
  readonly announced: readonly string[]
  /** @default those that are announced */
  readonly packed?: readonly string[]
  /** Changes an entry of the manifest. */
  readonly announce?: object
  /** Changes the archive. */
  readonly change?: (archive: Buffer) => void
}

describe('a backup that somebody made who means harm', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'evenkeel-hostile-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  async function restore({
    announced,
    packed = announced,
    announce = {},
    change,
  }: Hostile): Promise<unknown> {
    const sha256 = createHash('sha256').update(content).digest('hex')
    const files = announced.map(name => ({
      name,
      sizeBytes: content.length,
      sha256,
      version: 1,
      ...announce,
    }))
    const manifest = Buffer.from(
      JSON.stringify({ format: 1, release: '1', at: '2026-11-22T10:00:00.000Z', files }),
    )
    const entries = [
      { name: manifestName, sizeBytes: manifest.length, content: [manifest] },
      ...packed.map(name => ({ name, sizeBytes: content.length, content: [content] })),
    ]
    const archive = await buffer(pack(entries))
    change?.(archive)
    writeFileSync(join(folder, 'backup.tar.gz'), gzipSync(archive))
    return restoreBackup(join(folder, 'backup.tar.gz'), join(folder, 'data'))
  }

  it.each<[string, Hostile]>([
    ['writes above the folder', { announced: ['../above.db'] }],
    ['writes above the folder by a way through it', { announced: ['tx-log/../../above.db'] }],
    ['writes anywhere', { announced: ['/tmp/evenkeel-anywhere.db'] }],
    ['writes what is hidden', { announced: ['.profile.db'] }],
    ['writes what is no database', { announced: ['data.key'] }],
    ['names a file with a backslash', { announced: ['..\\above.db'] }],
    ['names a file with a NUL', { announced: ['panel.db\0.db'] }],
    ['takes the place of the lock', { announced: ['panel.db', 'lock.db'] }],
    ['takes the place of what marks a restore', { announced: ['unfinished-restore/panel.db'] }],
    ['has a file twice', { announced: ['panel.db', 'panel.db'] }],
    ['has a file that is a folder, too', { announced: ['panel.db', 'panel.db/more.db'] }],
    ['has another file than it announces', { announced: ['panel.db'], packed: ['../above.db'] }],
    ['has more files than it announces', { announced: ['panel.db'], packed: ['panel.db', 'cloud.db'] }],
    ['has a larger file than it announces', { announced: ['panel.db'], announce: { sizeBytes: 1 } }],
    ['announces a file without end', { announced: ['panel.db'], announce: { sizeBytes: 1e300 } }],
    ['announces less than nothing', { announced: ['panel.db'], announce: { sizeBytes: -512 } }],
    ['has a link', { announced: ['panel.db'], change: archive => retype(archive, '2') }],
    ['has a device', { announced: ['panel.db'], change: archive => retype(archive, '3') }],
  ])('is refused, and nothing of it is anywhere: one that %s', async (_, hostile) => {
    await expect(restore(hostile)).rejects.toThrow(BackupUnreadableException)

    const left = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      name => !name.includes('lock.db'),
    )
    expect(left.toSorted()).toEqual(expect.arrayContaining(['backup.tar.gz']))
    expect(left.filter(name => name !== 'backup.tar.gz' && name !== 'data')).toEqual([])
  })
})

/** Makes the last entry one of another type. */
function retype(archive: Buffer, type: string): void {
  const at = archive.lastIndexOf('ustar') - 257
  archive.write(type, at + 156)
  archive.write('        ', at + 148)
  const sum = archive.subarray(at, at + 512).reduce((total, byte) => total + byte, 0)
  archive.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148)
}
