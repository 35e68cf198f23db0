import { proveEach } from './prove-each.ts'
import { routerProofs } from './router-proofs.ts'

proveEach('routers', routerProofs)
