import { proveEach } from './prove-each.ts'
import { serverProofs } from './server-proofs.ts'

proveEach('servers', serverProofs)
