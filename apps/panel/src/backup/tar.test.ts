import { spawnSync } from 'node:child_process'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NotAnArchiveError, pack, unpack } from './tar.ts'

interface Entry {
  readonly name: string
  readonly content: Uint8Array
}

const anyEntries = fc.array(
  fc.record({
    name: fc.stringMatching(/^[a-z0-9./-]{1,100}$/),
    content: fc.uint8Array({ maxLength: 2000 }),
  }),
  { maxLength: 4 },
)

async function packed(entries: readonly Entry[]): Promise<Buffer> {
  const files = entries.map(({ name, content }) => ({ name, sizeBytes: content.length, content: [content] }))
  return buffer(pack(files))
}

async function unpacked(bytes: Uint8Array, pieceBytes: number): Promise<Entry[]> {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
  }
  const entries: Entry[] = []
  for await (const { name, content } of unpack(pieces()))
    entries.push({ name, content: new Uint8Array(await buffer(content)) })
  return entries
}

describe('an archive', () => {
  it('gives back every file, in whatever pieces it arrives', async () => {
    await fc.assert(
      fc.asyncProperty(anyEntries, fc.integer({ min: 1, max: 3000 }), async (entries, pieceBytes) => {
        expect(await unpacked(await packed(entries), pieceBytes)).toEqual(entries)
      }),
      { numRuns: 50 },
    )
  })

  it('is not taken for one when it is cut short', async () => {
    const whole = await packed([{ name: 'a', content: new Uint8Array(1000) }])
    const endBytes = 2 * 512
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - endBytes }), async length => {
        await expect(unpacked(whole.subarray(0, length), 512)).rejects.toThrow(NotAnArchiveError)
      }),
      { numRuns: 50 },
    )
  })

  it.each(['not an archive '.repeat(100), '<html>'.padEnd(2000, '.')])('is not any text', async text => {
    await expect(unpacked(Buffer.from(text), 512)).rejects.toThrow(NotAnArchiveError)
  })

  it('is what tar reads', async () => {
    const archive = await packed([
      { name: 'panel.db', content: Buffer.from('records') },
      { name: 'tx-log/tx-2026-11-22.db', content: new Uint8Array(513) },
    ])

    const { stdout } = spawnSync('tar', ['-tf', '-'], { input: archive, encoding: 'utf8' })

    expect(stdout).toBe('panel.db\ntx-log/tx-2026-11-22.db\n')
  })

  it('tells the size of a file beyond 8 GiB', async () => {
    const sizeBytes = 9 * 1024 ** 3 + 7
    const files = pack([{ name: 'large', sizeBytes, content: [] }])
    const { value: header } = await files.next()

    const { value: first } = await unpack(
      (async function* () {
        yield header as Uint8Array
      })(),
    ).next()

    expect(first?.sizeBytes).toBe(sizeBytes)
  })
})
