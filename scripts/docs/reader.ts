import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { workspace } from '../setup/workspace.mjs'
import { isPrinted, type ReaderStep } from './code-blocks.ts'

/**
 * Somebody who follows a guide, page by page, in a folder within this repository: what the code imports is found as
 * from anywhere else in it. Dispose of it to remove the folder.
 */
export class Reader implements Disposable {
  readonly #folder = mkdtempSync(join(workspace, 'docs/.reader-'))
  #page = this.#folder

  /** Begins a page: with the files of the page before, so that each stands as its page leaves it. */
  begin(page: string): void {
    const before = this.#page
    this.#page = join(this.#folder, page)
    if (before === this.#folder) mkdirSync(this.#page)
    else cpSync(before, this.#page, { recursive: true })
  }

  /** @throws {Error} what is printed is not what the page says */
  async follow(step: ReaderStep): Promise<void> {
    await follow(step, this.#page)
  }

  /**
   * What the type checker says of the reader's files, as each page leaves them: nothing, if they are right. Of what
   * they import it is asked elsewhere.
   */
  async typeErrors(): Promise<string> {
    const config = { extends: join(workspace, 'tsconfig.base.json'), include: ['**/*.ts'] }
    writeFileSync(join(this.#folder, 'tsconfig.json'), JSON.stringify(config))
    const tsc = join(workspace, 'node_modules/.bin/tsc')
    const said = await outcomeOf(tsc, ['-p', 'tsconfig.json', '--pretty', 'false'], this.#folder)
    return said
      .split(/\n(?! )/)
      .filter(error => error.includes(': error ') && !error.startsWith('..'))
      .join('\n')
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true })
  }
}

/**
 * Does in a folder what a page says.
 *
 * @throws {Error} what is printed is not what the page says
 */
export async function follow(step: ReaderStep, folder: string): Promise<void> {
  if (step.kind === 'write') {
    writeFileSync(join(folder, step.file), step.text)
    return
  }
  const printed = await outcomeOf(process.execPath, [step.file], folder)
  if (!isPrinted(step.prints, printed)) {
    throw new Error(`Line ${step.line}: node ${step.file} does not print what the page says, but\n${printed}`)
  }
}

/** All that a program prints and, if it didn't end well, how it ended: as a shell tells it. */
function outcomeOf(program: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise(resolve => {
    execFile(
      program,
      args,
      { cwd, timeout: 60_000, env: { PATH: process.env['PATH'] } },
      (error, stdout, stderr) => {
        resolve(`${stdout}${stderr}${error === null ? '' : `$ echo $?\n${error.signal ?? error.code}\n`}`)
      },
    )
  })
}
