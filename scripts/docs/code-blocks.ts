/** A fenced block of a page. */
export interface CodeBlock {
  readonly language: string
  readonly text: string
  /** The line of the page at which its text begins, from 1. */
  readonly line: number
}

/** What a reader who follows a page does, one after the other. */
export type ReaderStep =
  | { readonly kind: 'write'; readonly file: string; readonly text: string; readonly line: number }
  | { readonly kind: 'run'; readonly file: string; readonly prints: string; readonly line: number }

/** The fenced blocks of a page, in order. */
export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```(\w*)[^\n]*\n(.*?)^```$/gms)].map(
    ({ 1: language = '', 2: text = '', index }) => ({
      language,
      text,
      line: markdown.slice(0, index).split('\n').length + 1,
    }),
  )
}

/**
 * What a page tells its reader to do. A block of TypeScript names its file in its first line; a block of `console`
 * has `$ node FILE` in its first line and below it what is then printed. Other blocks are only looked at.
 *
 * @throws {Error} a block of either kind that does not say so: what nobody runs would be wrong one day
 */
export function readerSteps(markdown: string): ReaderStep[] {
  return codeBlocks(markdown).flatMap(block => {
    if (block.language === 'ts') return [writing(block)]
    if (block.language === 'console') return [running(block)]
    return []
  })
}

function writing({ text, line }: CodeBlock): ReaderStep {
  const file = /^\/\/ ([\w-]+\.ts)\n/.exec(text)?.[1]
  if (file === undefined)
    throw new Error(`Line ${line}: the block does not name its file. Begin it with // name.ts`)
  return { kind: 'write', file, text, line }
}

function running({ text, line }: CodeBlock): ReaderStep {
  const [, file, prints] = /^\$ node ([\w-]+\.ts)\n(.*)$/s.exec(text) ?? []
  if (file === undefined || prints === undefined) {
    throw new Error(`Line ${line}: the block does not say what is run. Begin it with $ node name.ts`)
  }
  return { kind: 'run', file, prints, line }
}

/** Whether this is what a page says that is printed, where `…` stands for anything within a line. */
export function isPrinted(prints: string, printed: string): boolean {
  const parts = prints
    .trimEnd()
    .split('…')
    .map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('[^\\n]*')}$`).test(printed.trimEnd())
}
