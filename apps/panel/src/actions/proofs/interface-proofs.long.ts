import { fromPublicProofs } from './interface-proofs.ts'
import { proveEach } from './prove-each.ts'

proveEach('interfaces, where the old one was public', fromPublicProofs, { certificates: 'from-public/' })
