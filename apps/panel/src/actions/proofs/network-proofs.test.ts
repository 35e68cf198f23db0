import { networkProofs } from './network-proofs.ts'
import { proveEach } from './prove-each.ts'

proveEach('networks', networkProofs)
