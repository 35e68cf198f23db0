import { z } from 'zod'
import { isOfLock, unfinishedRestore } from './kept-files.ts'

/** The first file of a backup, which says what the others are. */
export const manifestName = 'backup.json'

/** Counted up when a backup is laid out so differently that an earlier release could not restore it. */
export const backupFormat = 1

const manifestSchema = z.object({
  /** How the backup is laid out. */
  format: z.number().int().positive(),
  /** Of the panel that made it. */
  release: z.string(),
  /** The moment whose state it holds. */
  at: z.iso.datetime(),
  files: z
    .array(
      z.object({
        name: z.string().refine(isKept),
        sizeBytes: z.number().int().nonnegative(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        /** The version of its tables. */
        version: z.number().int().nonnegative(),
      }),
    )
    .refine(areApart),
})

export type Manifest = z.infer<typeof manifestSchema>
export type ManifestFile = Manifest['files'][number]

/** The manifest, or undefined if the text is none. */
export function parseManifest(text: string): Manifest | undefined {
  return manifestSchema.safeParse(parsed(text)).data
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // Whoever reads the backup is told.
  }
}

// A backup may come from anywhere: what it holds is never written outside the data folder, nor over what a restore needs in it.
function isKept(name: string): boolean {
  const parts = name.split('/')
  const isWithinFolder = parts.every(part => /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(part))
  return isWithinFolder && name.endsWith('.db') && !isOfLock(name) && parts[0] !== unfinishedRestore
}

/** Whether each can be written beside all others. */
function areApart(files: readonly { readonly name: string }[]): boolean {
  const names = new Set(files.map(({ name }) => name))
  const foldersOf = (name: string) => name.split('/').map((_, at, parts) => parts.slice(0, at).join('/'))
  return names.size === files.length && !files.some(({ name }) => foldersOf(name).some(at => names.has(at)))
}
