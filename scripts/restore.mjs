import { bootstrap } from './bootstrap.mjs'
import { runOnNode24 } from './run/on-node-24.mjs'

await bootstrap()
await runOnNode24('apps/panel/src/restore.ts')
