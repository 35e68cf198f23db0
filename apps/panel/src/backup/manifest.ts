import { z } from 'zod'

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
  files: z.array(
    z.object({
      name: z.string().refine(isWithinFolder),
      sizeBytes: z.number().int().nonnegative(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      /** The version of its tables. */
      version: z.number().int().nonnegative(),
    }),
  ),
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

// A backup may come from anywhere: what it holds is never written outside the data folder.
function isWithinFolder(name: string): boolean {
  const parts = name.split('/')
  return parts.every(part => /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(part)) && name.endsWith('.db')
}
