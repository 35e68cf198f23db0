import { toPublicProofs } from './interface-proofs.ts'
import { proveEach } from './prove-each.ts'

proveEach('interfaces, where the new one is public', toPublicProofs)
