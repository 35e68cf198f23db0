import { describe, expect, it } from 'vitest'
import { rewriteDeclarations, rewriteJavaScript } from './compiled-paths.ts'

describe('compiled JavaScript', () => {
  it('starts what a worker was compiled to', () => {
    const { code, paths } = rewriteJavaScript(`start(new URL('./sub/worker.ts', import.meta.url), {})`)

    expect(code).toBe(`start(new URL('./sub/worker.js', import.meta.url), {})`)
    expect(paths).toEqual(['./sub/worker.js'])
  })

  it.each([
    `new URL('./page.html', import.meta.url)`,
    `new URL('./worker.ts', base)`,
    `new URL(path, import.meta.url)`,
    `'./worker.ts'`,
  ])('keeps %s', code => {
    expect(rewriteJavaScript(code)).toEqual({ code, paths: [] })
  })
})

describe('compiled declarations', () => {
  it.each([
    [`import { type A } from './a.ts';`, `import { type A } from './a.js';`],
    [`export * from "../b/index.ts";`, `export * from "../b/index.js";`],
    [`import './c.ts';`, `import './c.js';`],
    [`type D = import("./d.ts").D;`, `type D = import("./d.js").D;`],
  ])('lead from %s to what was compiled', (declaration, compiled) => {
    expect(rewriteDeclarations(declaration).code).toBe(compiled)
  })

  it.each([
    `import type { B } from 'package/b.ts';`,
    `type Path = './a.ts';`,
    `/**\n * import * as mine from './mine.ts'\n */`,
  ])('keep %s', declaration => {
    expect(rewriteDeclarations(declaration).code).toBe(declaration)
  })
})
