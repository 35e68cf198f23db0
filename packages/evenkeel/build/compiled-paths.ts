/** What a compiled file is, with the paths in it that the compiler left leading to TypeScript. */
export interface CompiledFile {
  readonly code: string
  /** The paths that were rewritten, each relative to the file. */
  readonly paths: readonly string[]
}

/** The compiler rewrites imports; the file that a worker thread runs is named by a URL. */
const workerUrl = /(?<=\bnew URL\((['"]))(\.[^'"]*)\.ts(?=\1, import\.meta\.url\))/g

/** In declarations it rewrites nothing: newer compilers find their way all the same, older ones don't. */
const typeImport = /(?<=\b(?:from |import |import\()(['"]))(\.[^'"]*)\.ts(?=\1)/g

export function rewriteJavaScript(code: string): CompiledFile {
  return rewrite(code, workerUrl)
}

export function rewriteDeclarations(code: string): CompiledFile {
  return rewrite(code, typeImport)
}

function rewrite(code: string, pattern: RegExp): CompiledFile {
  const paths: string[] = []
  const rewritten = code.replaceAll(pattern, (_match, _quote, path: string) => {
    paths.push(`${path}.js`)
    return `${path}.js`
  })
  return { code: rewritten, paths }
}
