import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A hash over the names and contents of files: equal if and only if nothing was added, removed, renamed
 * or changed. Times of change are left out, because a checkout sets them at will.
 *
 * @param {string} base the folder that the paths begin at
 * @param {readonly string[]} paths files, or folders that count with all that is in them
 * @returns {string} 64 hexadecimal digits
 * @throws {Error} a path doesn't exist
 */
export function fingerprint(base, paths) {
  const hash = createHash('sha256')
  for (const file of paths.flatMap(path => filesUnder(base, path)).sort()) {
    const content = readFileSync(join(base, file))
    // Both lengths are hashed too, so that no byte can pass from a name to a content, or on to the next file.
    hash.update(`${Buffer.byteLength(file)} ${content.length} ${file}`).update(content)
  }
  return hash.digest('hex')
}

/**
 * @param {string} base
 * @param {string} path
 * @returns {string[]} relative to `base`
 */
function filesUnder(base, path) {
  if (!statSync(join(base, path)).isDirectory()) return [path]
  return readdirSync(join(base, path)).flatMap(name => filesUnder(base, `${path}/${name}`))
}
