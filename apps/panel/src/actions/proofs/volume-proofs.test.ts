import { proveEach } from './prove-each.ts'
import { volumeProofs, volumeSnapshotProofs } from './volume-proofs.ts'

proveEach('volumes', volumeProofs)
proveEach('volume snapshots', volumeSnapshotProofs)
