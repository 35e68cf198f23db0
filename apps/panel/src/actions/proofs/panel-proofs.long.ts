import { customImageProofs } from './custom-image-proofs.ts'
import { floatingIpProofs } from './floating-ip-proofs.ts'
import { toPublicProofs } from './interface-proofs.ts'
import { loadBalancerPartProofs, loadBalancerProofs } from './load-balancer-proofs.ts'
import { networkProofs } from './network-proofs.ts'
import { objectsUserProofs } from './objects-user-proofs.ts'
import type { ProofsOf } from './proof-stage.ts'
import { proveEachInPairs } from './prove-each.ts'
import { reconcileNetworkProofs, reconcilePartProofs, reconcileServerProofs } from './reconcile-proofs.ts'
import { routerProofs } from './router-proofs.ts'
import { serverGroupProofs } from './server-group-proofs.ts'
import { serverProofs } from './server-proofs.ts'
import { suspensionProofs } from './suspension-proofs.ts'
import { volumeProofs, volumeSnapshotProofs } from './volume-proofs.ts'

const kinds: { readonly [kind: string]: ProofsOf } = {
  servers: serverProofs,
  interfaces: toPublicProofs,
  'server groups': serverGroupProofs,
  volumes: volumeProofs,
  'volume snapshots': volumeSnapshotProofs,
  networks: networkProofs,
  'floating IPs': floatingIpProofs,
  'load balancers': loadBalancerProofs,
  'parts of load balancers': loadBalancerPartProofs,
  'custom images': customImageProofs,
  'objects users': objectsUserProofs,
  routers: routerProofs,
  'suspended projects': suspensionProofs,
  'what a server has, as the reconciler repairs it,': reconcileServerProofs,
  'networks, as the reconciler repairs them,': reconcileNetworkProofs,
  'parts of load balancers, as the reconciler repairs them,': reconcilePartProofs,
}

for (const [kind, proofsOf] of Object.entries(kinds)) {
  proveEachInPairs(kind, proofsOf, {
    whole: ['server.create', 'server.delete'],
    sample: { pairs: 300, seed: 20_261_122 },
  })
}
