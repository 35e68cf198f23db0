import { floatingIpProofs, floatingIpServerProofs } from './floating-ip-proofs.ts'
import { proveEach } from './prove-each.ts'

proveEach('floating IPs', floatingIpProofs)
proveEach('servers with floating IPs', floatingIpServerProofs, { certificates: 'with-floating-ips/' })
