import { customImageProofs } from './custom-image-proofs.ts'
import { proveEach } from './prove-each.ts'

proveEach('custom images', customImageProofs)
