import { proveEach } from './prove-each.ts'
import { reconcileNetworkProofs, reconcilePartProofs, reconcileServerProofs } from './reconcile-proofs.ts'

proveEach('what a server has, as the reconciler repairs it,', reconcileServerProofs)
proveEach('networks, as the reconciler repairs them,', reconcileNetworkProofs)
proveEach('parts of load balancers, as the reconciler repairs them,', reconcilePartProofs)
