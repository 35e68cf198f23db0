import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { newImport } from '../cloud-harness.ts'
import type { ImageContent } from '../images.ts'
import { cloudInFakeTime, type EmbeddedHarness } from './fake-time.ts'
import type { ImageSource } from './image-source/image-source.ts'
import { unusable } from './image-source/image-source.ts'

const content: ImageContent = { sizeBytes: 3 * 2 ** 30 + 1, md5: 'a'.repeat(32), sha256: 'b'.repeat(64) }

/** A source that answers when it is told to. */
class SlowSource implements ImageSource {
  /** What is being fetched, by its URL. */
  readonly fetching = new Map<string, PromiseWithResolvers<ImageContent>>()

  fetch({ url }: { readonly url: string }, signal: AbortSignal): Promise<ImageContent> {
    const answer = Promise.withResolvers<ImageContent>()
    this.fetching.set(url, answer)
    signal.addEventListener('abort', () => answer.reject(signal.reason))
    return answer.promise.finally(() => this.fetching.delete(url))
  }
}

const urlOf = (number: number) => `http://images.example.org/${number}.raw`
const importsOf = (harness: EmbeddedHarness, ...numbers: readonly number[]) =>
  Promise.all(
    numbers.map(number =>
      harness.cloud.images.importImage(newImport(harness, { url: urlOf(number), key: `key-${number}` })),
    ),
  )

describe('what is imported into the embedded cloud', () => {
  let source: SlowSource
  let harness: EmbeddedHarness
  beforeEach(() => {
    source = new SlowSource()
    harness = cloudInFakeTime({ imageSource: source })
  })
  afterEach(() => harness.close())

  const stateOf = async (id: string) => (await harness.cloud.images.getImport(id))?.status.state
  const underWay = (...numbers: readonly number[]) =>
    vi.waitFor(() => expect([...source.fetching.keys()].sort()).toEqual(numbers.map(urlOf)))
  const answer = (number: number) => source.fetching.get(urlOf(number))?.resolve(content)

  it('is there for as long as it takes to fetch it, and then holds what was fetched', async () => {
    const [image] = await importsOf(harness, 1)
    await underWay(1)
    harness.clock.pass(60 * 60_000)
    expect(await stateOf(image?.id ?? '')).toBe('pending')

    answer(1)

    await harness.settle()
    expect(await harness.cloud.images.getImport(image?.id ?? '')).toMatchObject({
      content,
      status: { state: 'ready' },
    })
    expect(await harness.cloud.images.getImage(harness.zone, image?.id ?? '')).toEqual({
      slug: image?.id,
      sizeGb: 4,
    })
  })

  it('is fetched a few at a time, oldest first', async () => {
    await importsOf(harness, 1, 2, 3, 4, 5, 6)
    await underWay(1, 2, 3, 4)

    answer(3)

    await underWay(1, 2, 4, 5)
  })

  it('is given up when nobody wants it any more', async () => {
    const [image] = await importsOf(harness, 1)
    await underWay(1)

    await harness.cloud.images.deleteImport(image?.id ?? '')

    await underWay()
    await harness.settle()
    expect(harness.cloud.objects()).toEqual([])
  })

  it('tells the owner of the URL what is wrong with it, and operators what is wrong with us', async () => {
    const [theirs, ours] = await importsOf(harness, 1, 2)
    await underWay(1, 2)

    source.fetching.get(urlOf(1))?.reject(unusable('The image is empty.'))
    source.fetching.get(urlOf(2))?.reject(new Error('ENOSPC: no space left on device'))

    await harness.settle()
    expect(await harness.cloud.images.getImport(theirs?.id ?? '')).toMatchObject({
      problem: 'The image is empty.',
      status: { state: 'broken', fault: 'The image is empty.' },
    })
    expect(await harness.cloud.images.getImport(ours?.id ?? '')).toMatchObject({
      problem: undefined,
      status: { state: 'broken', fault: expect.stringContaining('ENOSPC') },
    })
  })

  it('is fetched also where the order came late', async () => {
    harness.cloud.faults.replace([{ operation: 'images.importImage', kind: 'late-effect', delayMs: 5000 }])
    await expect(importsOf(harness, 1)).rejects.toThrow()
    await underWay()

    harness.clock.pass(5000)
    harness.cloud.objects()

    await underWay(1)
  })

  it('is not fetched where the cloud fails by itself', async () => {
    harness.cloud.faults.replace([{ operation: 'images.importImage', kind: 'error-state' }])
    const [image] = await importsOf(harness, 1)

    await harness.settle()

    expect(await harness.cloud.images.getImport(image?.id ?? '')).toMatchObject({
      problem: undefined,
      status: { state: 'broken' },
    })
    expect(source.fetching.size).toBe(0)
  })
})

it('what was being fetched when the process ended is fetched again by the next one', async () => {
  const path = mkdtempSync(join(tmpdir(), 'evenkeel-imports-'))
  const interrupted = new SlowSource()
  const before = cloudInFakeTime({ path, imageSource: interrupted })
  const [image] = await importsOf(before, 1)
  await vi.waitFor(() => expect(interrupted.fetching.size).toBe(1))
  before.cloud.close()

  const after = cloudInFakeTime({ path, imageSource: { fetch: async () => content } })

  await after.settle()
  expect(interrupted.fetching.size).toBe(0)
  expect((await after.cloud.images.getImport(image?.id ?? ''))?.status).toEqual({ state: 'ready' })
  after.cloud.close()
  rmSync(path, { recursive: true })
})
