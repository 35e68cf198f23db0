import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bootstrap } from './bootstrap.mjs'
import { runOnNode24 } from './run/on-node-24.mjs'
import { workspace } from './setup/workspace.mjs'

const ending = '.bench.ts'
const folder = join(workspace, 'bench')
const names = readdirSync(folder).flatMap(file =>
  file.endsWith(ending) ? [file.slice(0, -ending.length)] : [],
)
const [wanted, ...args] = process.argv.slice(2)

if (wanted === undefined) {
  console.log(`Run one with \`npm run bench NAME\`:\n\n${list()}`)
} else if (!names.includes(wanted)) {
  console.error(`There is no benchmark named ${JSON.stringify(wanted)}. There are:\n\n${list()}`)
  process.exitCode = 2
} else {
  await bootstrap()
  await runOnNode24(`bench/${wanted}${ending}`, args)
}

/** Every benchmark with what it says of itself. */
function list() {
  const width = Math.max(...names.map(name => name.length))
  return names.map(name => `  ${name.padEnd(width)}  ${summaryOf(name)}`).join('\n')
}

/**
 * The first line of a benchmark's first doc comment.
 *
 * @param {string} name
 */
function summaryOf(name) {
  const source = readFileSync(join(folder, name + ending), 'utf8')
  return /\/\*\*[\s*]*(.*?)\s*(?:\*\/|\n)/.exec(source)?.[1] ?? ''
}
