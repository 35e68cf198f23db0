import { computeContract } from '../compute.contract.ts'
import { dnsContract } from '../dns.contract.ts'
import { eventsContract } from '../events.contract.ts'
import { imagesContract } from '../images.contract.ts'
import { listingsContract } from '../listings.contract.ts'
import { loadBalancersContract } from '../load-balancers.contract.ts'
import { networkContract } from '../network.contract.ts'
import { networksContract } from '../networks.contract.ts'
import { objectStorageContract } from '../object-storage.contract.ts'
import { routersContract } from '../routers.contract.ts'
import { routesContract } from '../routes.contract.ts'
import { volumesContract } from '../volumes.contract.ts'
import { cloudInFakeTime } from './fake-time.ts'

for (const latencyFactor of [1, 0]) {
  const name = `the embedded cloud at latency ${latencyFactor}`
  const open = async () => cloudInFakeTime({ latencyFactor })
  networkContract(name, open)
  networksContract(name, open)
  routersContract(name, open)
  volumesContract(name, open)
  computeContract(name, open)
  loadBalancersContract(name, open)
  imagesContract(name, open)
  objectStorageContract(name, open)
  dnsContract(name, open)
  routesContract(name, open)
  eventsContract(name, open)
}

// How pages are cut does not depend on how quick it is.
listingsContract('the embedded cloud', async () => cloudInFakeTime())
