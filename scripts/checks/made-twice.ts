import { type DeclaredClass, type NewSite, Program } from './program.ts'

/** A stackless exception class that more than one place makes. */
export interface MadeTwice {
  readonly name: string
  /** All of them, in the order of the files. */
  readonly sites: readonly NewSite[]
}

/** The library's classes under which an interrupt stands. What is internal is a bug, and has a stack. */
const interrupts: readonly string[] = [
  'BadClientRequestException',
  'ValidDiscardingRequestException',
  'DependencyException',
]

export interface MadeTwiceOptions {
  /** What each bare import means, by file. */
  packages: ReadonlyMap<string, string>
  /** Whether a file belongs to an application: to one that declares its own classes, and makes them. */
  isApplication: (file: string) => boolean
}

/**
 * An interrupt fills no stack trace, so its class has to be as good as a line number: an application makes an
 * instance of each of its own classes in one place only.
 */
export function madeTwice(
  files: ReadonlyMap<string, string>,
  { packages, isApplication }: MadeTwiceOptions,
): MadeTwice[] {
  const program = new Program(files, packages)
  const sites = new Map<DeclaredClass, NewSite[]>()
  for (const site of program.sites) {
    const declared = program.classOf(site.file, site.name)
    if (declared === undefined || !isApplication(site.file) || !isApplication(declared.file)) continue
    if (!isStacklessInterrupt(program.lineageOf(declared))) continue
    sites.set(declared, [...(sites.get(declared) ?? []), site])
  }
  return [...sites].flatMap(([{ name }, made]) => (made.length > 1 ? [{ name, sites: made }] : []))
}

function isStacklessInterrupt(lineage: readonly DeclaredClass[]): boolean {
  const hasStack = lineage.find(declared => declared.hasStack !== undefined)?.hasStack ?? false
  return !hasStack && lineage.some(({ name }) => interrupts.includes(name))
}
