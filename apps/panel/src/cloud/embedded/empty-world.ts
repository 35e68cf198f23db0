import { CloudDatabase } from './database.ts'

/** For tests: an empty world as bytes. Made once, since to make its tables takes longer than most tests. */
export function emptyWorld(): Uint8Array {
  if (image === undefined) {
    const database = new CloudDatabase(':memory:')
    image = database.image()
    database.close()
  }
  return image
}
let image: Uint8Array | undefined
