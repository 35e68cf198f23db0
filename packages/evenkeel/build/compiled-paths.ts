/** What a compiled file is, with the paths in it that the compiler left leading to TypeScript. */
export interface CompiledFile {
  readonly code: string
  /** The paths that were rewritten, each relative to the file. */
  readonly paths: readonly string[]
}

/** The compiler rewrites imports; the file that a worker thread runs is named by a URL. */
const workerUrl = /(?<=\bnew URL\((['"]))(\.[^'"]*)\.ts(?=\1, import\.meta\.url\))/g

/**
 * In declarations it rewrites nothing: newer compilers find their way all the same, older ones don't. The example in
 * a doc comment imports a file of its reader.
 */
const typeImport = /(?<!^ *\*.*)(?<=\b(?:from |import |import\()(['"]))(\.[^'"]*)\.ts(?=\1)/gm

export function rewriteJavaScript(code: string): CompiledFile {
  return rewrite(code, workerUrl)
}

export function rewriteDeclarations(code: string): CompiledFile {
  return rewrite(code, typeImport)
}

function rewrite(code: string, pattern: RegExp): CompiledFile {
  const paths: string[] = []
  const lines = code.split('\n').map(line => {
    if (inComment.test(line)) return line // an example shows what its reader writes
    return line.replaceAll(pattern, (_match, _quote, path: string) => {
      paths.push(`${path}.js`)
      return `${path}.js`
    })
  })
  return { code: lines.join('\n'), paths }
}

/** The compiler writes every line of a comment with its mark, and no code that begins with one. */
const inComment = /^\s*(\*|\/\*|\/\/)/
