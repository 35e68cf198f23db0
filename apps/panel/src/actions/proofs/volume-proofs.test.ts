import { proveEach } from './prove-each.ts'
import { volumeProofs } from './volume-proofs.ts'

proveEach('volumes', volumeProofs)
