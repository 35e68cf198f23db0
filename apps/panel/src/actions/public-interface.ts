import { randomUUID } from 'node:crypto'
import { chooseAddresses } from '../records/addresses.ts'
import { insertInterface } from '../records/interfaces.ts'
import type { Db } from '../records/tables.ts'
import type { PlannedInterface } from './wanted-interfaces.ts'

/** The first interface of a load balancer or a router, with one public address of each version. */
export async function planPublicInterface(
  db: Db,
  owner: { readonly loadBalancerUuid: string } | { readonly routerUuid: string },
  { zone, name }: { readonly zone: string; readonly name: string },
): Promise<PlannedInterface> {
  const uuid = randomUUID()
  const place = { position: 0, networkUuid: null, cloudPortId: null }
  await insertInterface(db, { ...owner, ...place, uuid, serverUuid: null })
  const chosen = await chooseAddresses(db, zone, [4, 6], {
    server: { uuid: null, name },
    interfaceUuid: uuid,
  })
  const addresses = chosen.map(({ version, address }) => ({ version, address }))
  return { uuid, network: 'public', addresses, pointers: [] }
}
