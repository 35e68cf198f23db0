import { dirname, join } from 'node:path'
import { parseSync } from 'vite'

/** A class as it is declared. */
export interface DeclaredClass {
  readonly file: string
  readonly name: string
  /** The name of what it extends, as its file knows it. */
  readonly parent: string | undefined
  /** What it says of `static hasStack`, if it says anything. */
  readonly hasStack: boolean | undefined
}

/** A place where a class is made an instance of. */
export interface NewSite {
  readonly file: string
  readonly line: number
  /** The class, as its file knows it. */
  readonly name: string
}

interface Module {
  readonly classes: ReadonlyMap<string, DeclaredClass>
  readonly sites: readonly NewSite[]
  /** By local name: where it comes from, and what it is called there. */
  readonly imports: ReadonlyMap<string, Reference>
  /** By exported name. */
  readonly exports: ReadonlyMap<string, Reference>
  /** Modules all of whose names it exports. */
  readonly exportsAll: readonly string[]
}

/** A name in another module or, without `from`, in the same one. */
interface Reference {
  readonly from: string | undefined
  readonly name: string
}

/** The classes of a program and where they are made, as far as names and imports tell. */
export class Program {
  readonly #modules: ReadonlyMap<string, Module>
  readonly #packages: ReadonlyMap<string, string>

  /**
   * @param files code by path
   * @param packages the file that each bare import means
   * @throws {SyntaxError} a file can't be parsed
   */
  constructor(files: ReadonlyMap<string, string>, packages: ReadonlyMap<string, string>) {
    this.#modules = new Map([...files].map(([file, code]) => [file, readModule(file, code)]))
    this.#packages = packages
  }

  /** In the order of the files. */
  get sites(): readonly NewSite[] {
    return [...this.#modules.values()].flatMap(({ sites }) => sites)
  }

  /** The class that a name means in a file, or undefined where it is none of this program's. */
  classOf(file: string, name: string): DeclaredClass | undefined {
    const module = this.#modules.get(file)
    const imported = module?.imports.get(name)
    return module?.classes.get(name) ?? (imported && this.#exported(file, imported))
  }

  /** A class and what it extends, nearest first. */
  lineageOf(declared: DeclaredClass): DeclaredClass[] {
    const lineage = [declared]
    for (let at: DeclaredClass | undefined = declared; at?.parent !== undefined; ) {
      at = this.classOf(at.file, at.parent)
      if (at === undefined || lineage.includes(at)) break
      lineage.push(at)
    }
    return lineage
  }

  #exported(
    importer: string,
    { from, name }: Reference,
    seen: readonly string[] = [],
  ): DeclaredClass | undefined {
    const file = from === undefined ? importer : this.#resolve(importer, from)
    const module = file === undefined || seen.includes(file) ? undefined : this.#modules.get(file)
    if (file === undefined || module === undefined) return undefined
    const reference = module.exports.get(name)
    if (reference?.from !== undefined) return this.#exported(file, reference, [...seen, file])
    if (reference !== undefined) return this.classOf(file, reference.name)
    for (const all of module.exportsAll) {
      const found = this.#exported(file, { from: all, name }, [...seen, file])
      if (found !== undefined) return found
    }
    return undefined
  }

  #resolve(importer: string, specifier: string): string | undefined {
    return specifier.startsWith('.') ? join(dirname(importer), specifier) : this.#packages.get(specifier)
  }
}

function readModule(file: string, code: string): Module {
  const { program, module, errors } = parseSync(file, code)
  if (errors.length > 0) throw new SyntaxError(`${file}: ${errors[0]?.message}`)
  const classes = new Map<string, DeclaredClass>()
  const sites: NewSite[] = []
  walk(program, node => {
    if (isClass(node)) classes.set(node.id.name, declaredClass(file, node))
    if (isNew(node)) sites.push({ file, line: lineAt(code, node.start), name: node.callee.name })
  })
  const exportEntries = module.staticExports.flatMap(({ entries }) => entries)
  return {
    classes,
    sites,
    imports: new Map(
      module.staticImports.flatMap(({ moduleRequest, entries }) =>
        entries.map(({ localName, importName }): [string, Reference] => [
          localName.value,
          { from: moduleRequest.value, name: importName.name ?? 'default' },
        ]),
      ),
    ),
    exports: new Map(
      exportEntries.flatMap(({ exportName, importName, localName, moduleRequest }): [string, Reference][] => {
        const name = importName.name ?? localName.name
        return exportName.name === null || name === null
          ? []
          : [[exportName.name, { from: moduleRequest?.value, name }]]
      }),
    ),
    exportsAll: exportEntries.flatMap(({ importName, moduleRequest }) =>
      importName.kind === 'AllButDefault' && moduleRequest !== null ? [moduleRequest.value] : [],
    ),
  }
}

/** A node of the syntax tree (ESTree), whatever it is. */
interface Node {
  readonly type: string
  readonly start: number
}

interface ClassNode extends Node {
  readonly id: { readonly name: string }
  readonly superClass: (Node & { readonly name?: string }) | null
  readonly body: {
    readonly body: readonly {
      readonly type: string
      readonly static?: boolean
      readonly key?: { readonly name?: string }
      readonly value?: { readonly value?: unknown } | null
    }[]
  }
}

interface NewNode extends Node {
  readonly callee: { readonly name: string }
}

function declaredClass(file: string, { id, superClass, body }: ClassNode): DeclaredClass {
  const stack = body.body.find(
    ({ type, static: isStatic, key }) =>
      type === 'PropertyDefinition' && isStatic === true && key?.name === 'hasStack',
  )
  const says = stack?.value?.value
  return {
    file,
    name: id.name,
    parent: superClass?.name,
    hasStack: typeof says === 'boolean' ? says : undefined,
  }
}

function isClass(node: Node): node is ClassNode {
  return /^Class(Declaration|Expression)$/.test(node.type) && 'id' in node && node.id !== null
}

function isNew(node: Node): node is NewNode {
  return node.type === 'NewExpression' && 'callee' in node && (node.callee as Node).type === 'Identifier'
}

function walk(value: unknown, visit: (node: Node) => void): void {
  if (typeof value !== 'object' || value === null) return
  if ('type' in value && typeof value.type === 'string') visit(value as Node)
  for (const child of Array.isArray(value) ? value : Object.values(value)) walk(child, visit)
}

function lineAt(code: string, offset: number): number {
  return code.slice(0, offset).split('\n').length
}
