import { DependencyException, failOpen } from 'evenkeel'
import type { ApiContext } from '../api/context.ts'
import type { LoadBalancers } from '../cloud/load-balancers.ts'

/** How long somebody who looks at a load balancer waits to be told how it is, in milliseconds. */
const patienceMs = 1_000

/** Asks the cloud how members are, whenever somebody looks: nothing of it is recorded. */
export function memberHealth(loadBalancers: LoadBalancers): ApiContext['healthOfMembers'] {
  return async ids => {
    if (ids.length === 0) return []
    // Fails open, and only for the cloud's own failures: of members whose health is unknown all else can be shown.
    return failOpen(() => loadBalancers.healthOfMembers(ids, AbortSignal.timeout(patienceMs)), [], {
      on: [DependencyException],
      name: 'loadBalancers.health',
    })
  }
}
