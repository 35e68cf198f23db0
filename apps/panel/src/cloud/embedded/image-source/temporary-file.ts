import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bytes } from './qcow2.ts'

/** A file that nobody else sees, and that is gone with the process at the latest. */
export interface TemporaryFile extends Bytes, AsyncDisposable {
  append(chunk: Buffer): Promise<void>
}

export async function temporaryFile(): Promise<TemporaryFile> {
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-image-'))
  const handle = await open(join(folder, 'image'), 'wx+', 0o600)
  // It stays for whoever has it open, and leaves nothing behind however the process ends.
  await rm(folder, { recursive: true })
  let sizeBytes = 0
  return {
    get sizeBytes() {
      return sizeBytes
    },
    async append(chunk) {
      await handle.appendFile(chunk)
      sizeBytes += chunk.length
    },
    async read(offset, length) {
      const buffer = Buffer.alloc(length)
      await handle.read(buffer, 0, length, offset)
      return buffer
    },
    [Symbol.asyncDispose]: () => handle.close(),
  }
}
