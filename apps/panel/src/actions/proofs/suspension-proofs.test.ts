import { proveEach } from './prove-each.ts'
import { suspensionProofs } from './suspension-proofs.ts'

proveEach('suspended projects', suspensionProofs)
