import { proveEach } from './prove-each.ts'
import { serverGroupProofs } from './server-group-proofs.ts'

proveEach('server groups', serverGroupProofs)
