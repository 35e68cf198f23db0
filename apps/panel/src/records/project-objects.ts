import { sql } from 'kysely'
import type { OwnedTableName } from './owned.ts'
import type { Db } from './tables.ts'

/** Something that a project has. */
export interface ProjectObject {
  /** In one word: `volume-snapshot`. */
  readonly kind: string
  readonly uuid: string
  /** What its owner calls it. */
  readonly name: string
}

/** An image of a project's own is there for as long as its import is. One that failed has made nothing, and can't be deleted. */
type CountedTableName = Exclude<OwnedTableName, 'customImages' | LoadBalancerPartTableName>

/** What a load balancer is put together from goes with it. */
type LoadBalancerPartTableName =
  | 'loadBalancerPools'
  | 'loadBalancerMembers'
  | 'loadBalancerListeners'
  | 'loadBalancerMonitors'

/** What each kind is called, and which column its owner knows it by. */
const kinds: { readonly [Table in CountedTableName]: readonly [kind: string, name: string] } = {
  loadBalancers: ['load-balancer', 'name'],
  routers: ['router', 'name'],
  servers: ['server', 'name'],
  volumes: ['volume', 'name'],
  volumeSnapshots: ['volume-snapshot', 'name'],
  serverGroups: ['server-group', 'name'],
  floatingIps: ['floating-ip', 'address'],
  subnets: ['subnet', 'cidr'],
  networks: ['network', 'name'],
  customImageImports: ['custom-image', 'name'],
  objectsUsers: ['objects-user', 'name'],
}

/** What the project has, in an order in which it can be deleted. @param limit so many of each kind */
export async function liveObjectsOf(
  db: Db,
  projectId: string,
  { limit }: { readonly limit: number },
): Promise<readonly ProjectObject[]> {
  const objects: ProjectObject[] = []
  for (const [table, [kind, name]] of Object.entries(kinds)) {
    const live = await db
      .selectFrom(table as OwnedTableName)
      .select(['uuid', sql<string>`${sql.ref(name)}`.as('name')])
      .where('projectId', '=', projectId)
      .where('deletedAt', 'is', null)
      .$if(table === 'customImageImports', query => query.where(sql.ref('status'), '!=', 'failed'))
      .orderBy('createdAt')
      .limit(limit)
      .execute()
    objects.push(...live.map(object => ({ kind, ...object })))
  }
  return objects
}
