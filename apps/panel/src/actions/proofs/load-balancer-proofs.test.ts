import { loadBalancerPartProofs, loadBalancerProofs } from './load-balancer-proofs.ts'
import { proveEach } from './prove-each.ts'

proveEach('load balancers', loadBalancerProofs)
proveEach('parts of load balancers', loadBalancerPartProofs)
