import { join } from 'node:path'
import { exportedDeclarations } from './declarations.ts'
import { readManifest, source } from './package-folder.ts'

/** Where the accepted report is kept. */
export const reportFile = join(source, 'api-report.txt')

const heading = `The public surface of evenkeel: every name that is exported, by the path that it is imported from.
What changes here changes for users. \`npm run api -w evenkeel\` accepts the present surface.
`

/** The public surface of the library that was built into `folder`, as text. */
export function apiReport(folder: string): string {
  const sections = Object.entries(readManifest().exports).map(([subpath, path]) => {
    const file = join(folder, path.replace('./src/', './').replace(/\.ts$/, '.d.ts'))
    const declarations = [...exportedDeclarations(file)].toSorted(([a], [b]) => (a < b ? -1 : 1))
    return `── ${join('evenkeel', subpath)} ──\n\n${declarations.map(([, text]) => text).join('\n\n')}\n`
  })
  return [heading, ...sections].join('\n')
}
