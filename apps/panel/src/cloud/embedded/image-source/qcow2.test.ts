import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ImageSourceException } from './image-source.ts'
import { fileOf, type Qcow2Options, qcow2Of, type Stored } from './qcow2.fixture.ts'
import { readQcow2 } from './qcow2.ts'

const sizeBytesMax = 2 ** 24

async function read(image: Buffer): Promise<Buffer> {
  const { content } = await readQcow2(fileOf(image), sizeBytesMax)
  const parts: Buffer[] = []
  for await (const part of content()) parts.push(part)
  return Buffer.concat(parts)
}

const options: fc.Arbitrary<Required<Qcow2Options>> = fc.record({
  version: fc.constantFrom(2, 3),
  clusterBits: fc.integer({ min: 9, max: 13 }),
  stored: fc.array(fc.constantFrom<Stored>('plain', 'compressed', 'zero', 'nowhere'), { minLength: 1 }),
})

/** A disk in which some parts were never written to, whose size fits into no number of clusters. */
const disks = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 3000 }), fc.option(fc.integer({ min: 1, max: 255 }))), {
    minLength: 1,
    maxLength: 20,
  })
  .map(parts =>
    Buffer.concat(
      parts.map(([length, seed]) => (seed === null ? Buffer.alloc(length) : noise(length, seed))),
    ),
  )

function noise(length: number, seed: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, at) => (at * seed + (at >> 3)) % 256))
}

describe('readQcow2', () => {
  it('reads the disk that an image stands for, whichever way its clusters are stored', async () => {
    await fc.assert(
      fc.asyncProperty(disks, options, async (disk, options) => {
        expect(await read(qcow2Of(disk, options))).toEqual(disk)
      }),
      { numRuns: 300 },
    )
  })

  it('reads or refuses whatever it is given, with a sentence', async () => {
    const flips = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 })
    const cuts = fc.option(fc.nat(), { nil: undefined })
    const damaged = fc.tuple(disks, options, flips, cuts).map(([disk, options, changes, cut]) => {
      const image = qcow2Of(disk, options)
      // Header and tables are at the beginning: most of what is damaged is there.
      for (const [at, value] of changes)
        image[at % Math.min(image.length, at % 3 === 0 ? image.length : 128)] = value
      return cut === undefined ? image : image.subarray(0, cut % (image.length + 1))
    })

    await fc.assert(
      fc.asyncProperty(damaged, async image => {
        const thrown = await read(image).then(
          () => undefined,
          (thrown: unknown) => thrown,
        )
        if (thrown === undefined) return
        expect(thrown).toBeInstanceOf(ImageSourceException)
        expect(String(thrown)).toMatch(/[a-z]\.$/)
      }),
      { numRuns: 500 },
    )
  })

  it('reads a disk of which nothing was ever written', async () => {
    const image = qcow2Of(Buffer.alloc(5 * 65_536 + 7), { version: 3, clusterBits: 16, stored: ['nowhere'] })

    expect(image.length).toBeLessThan(3 * 65_536)
    expect((await read(image)).equals(Buffer.alloc(5 * 65_536 + 7))).toBe(true)
  })

  const sound = () => qcow2Of(noise(5000, 7), { version: 3, clusterBits: 12, stored: ['compressed'] })
  const changed = (change: (image: Buffer) => unknown) => {
    const image = sound()
    change(image)
    return image
  }

  it.each([
    ['of another version', changed(image => image.writeUInt32BE(4, 4)), 'is of version 4'],
    [
      'with a backing file',
      changed(image => image.writeBigUInt64BE(512n, 8)),
      'needs another file beside it',
    ],
    ['that is encrypted', changed(image => image.writeUInt32BE(1, 32)), 'is encrypted'],
    ['that says that it is corrupt', changed(image => image.writeBigUInt64BE(2n, 72)), 'it says so itself'],
    ['with its data elsewhere', changed(image => image.writeBigUInt64BE(4n, 72)), 'in another file'],
    ['compressed with zstd', changed(image => image.writeBigUInt64BE(8n, 72)), 'otherwise than with zlib'],
    ['with subclusters', changed(image => image.writeBigUInt64BE(16n, 72)), 'subclusters'],
    ['of the future', changed(image => image.writeBigUInt64BE(1n << 40n, 72)), 'not known here'],
    ['with clusters of 2 bytes', changed(image => image.writeUInt32BE(1, 20)), '2^1 bytes'],
    ['larger than is allowed', changed(image => image.writeBigUInt64BE(1n << 50n, 24)), 'larger than'],
    ['with too few tables', changed(image => image.writeUInt32BE(0, 36)), 'too short for its size'],
    ['whose table is elsewhere', changed(image => image.writeBigUInt64BE(1n << 40n, 40)), 'beyond its end'],
    ['whose clusters are garbled', changed(image => image.fill(0xff, 3 * 4096 - 200)), 'damaged'],
    ['that is cut off', sound().subarray(0, 60), 'cut off'],
    ['that is none', Buffer.alloc(200), 'does not begin like one'],
  ])('refuses an image %s', async (_, image, reason) => {
    await expect(read(image)).rejects.toThrow(reason)
    await expect(read(image)).rejects.toBeInstanceOf(ImageSourceException)
  })

  it('reads an image that was not closed properly', async () => {
    expect(await read(changed(image => image.writeBigUInt64BE(1n, 72)))).toEqual(noise(5000, 7))
  })
})
