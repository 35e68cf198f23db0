import { objectsUserProofs } from './objects-user-proofs.ts'
import { proveEach } from './prove-each.ts'

proveEach('objects users', objectsUserProofs)
