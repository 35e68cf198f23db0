import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bootstrap } from './bootstrap.mjs'
import { runOnNode24 } from './run/on-node-24.mjs'
import { workspace } from './setup/workspace.mjs'

const folder = join(workspace, 'examples')
const names = readdirSync(folder)
const [wanted, ...args] = process.argv.slice(2)

if (wanted === undefined) {
  console.log(`Run one with \`npm run example NAME\`:\n\n${list()}`)
} else if (!names.includes(wanted)) {
  console.error(`There is no example named ${JSON.stringify(wanted)}. There are:\n\n${list()}`)
  process.exitCode = 2
} else {
  await bootstrap()
  await runOnNode24(`examples/${wanted}/${programOf(wanted)}`, args)
}

/** Every example with what it says of itself. */
function list() {
  const width = Math.max(...names.map(name => name.length))
  return names.map(name => `  ${name.padEnd(width)}  ${manifestOf(name).description}`).join('\n')
}

/**
 * What `npm start` runs in the example's folder.
 *
 * @param {string} name
 */
function programOf(name) {
  return manifestOf(name).scripts.start.replace(/^node /, '')
}

/** @param {string} name */
function manifestOf(name) {
  return JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8'))
}
