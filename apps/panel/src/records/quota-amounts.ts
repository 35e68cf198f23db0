import type { ProjectRecord } from './projects.ts'

/** Amounts of what a project has, wants or may have. */
export interface QuotaAmounts {
  readonly servers: number
  readonly vcpus: number
  readonly memoryGb: number
  readonly volumeGb: number
  readonly networks: number
  readonly floatingIps: number
  readonly volumeSnapshots: number
  readonly serverGroups: number
  readonly loadBalancers: number
  readonly customImages: number
  readonly objectsUsers: number
  readonly routers: number
}

export type QuotaKind = keyof QuotaAmounts

/** What a project may have that nothing else was decided for. */
export const defaultQuotas: QuotaAmounts = {
  servers: 50,
  vcpus: 400,
  memoryGb: 1600,
  volumeGb: 20_000,
  networks: 100,
  floatingIps: 50,
  volumeSnapshots: 200,
  serverGroups: 100,
  loadBalancers: 20,
  customImages: 50,
  objectsUsers: 100,
  routers: 20,
}

/** In the order in which limits are looked at. */
export const quotaKinds = Object.keys(defaultQuotas) as readonly QuotaKind[]

export const noAmounts: QuotaAmounts = amountsBy(() => 0)

/** An amount of each kind. */
export function amountsBy(amountOf: (kind: QuotaKind) => number): QuotaAmounts {
  return Object.fromEntries(quotaKinds.map(kind => [kind, amountOf(kind)])) as unknown as QuotaAmounts
}

type QuotaColumns = Pick<
  ProjectRecord,
  'quotaServers' | 'quotaVcpus' | 'quotaMemoryGb' | 'quotaVolumeGb' | 'quotasJson'
>

/** What a project may have. */
export function quotasOf(project: QuotaColumns): QuotaAmounts {
  return {
    ...defaultQuotas,
    servers: project.quotaServers,
    vcpus: project.quotaVcpus,
    memoryGb: project.quotaMemoryGb,
    volumeGb: project.quotaVolumeGb,
    ...(JSON.parse(project.quotasJson) as Partial<QuotaAmounts>),
  }
}

/** The same, as a project's record has it: of the kinds without a column of their own only what differs from the defaults. */
export function quotaColumns({ servers, vcpus, memoryGb, volumeGb, ...others }: QuotaAmounts): QuotaColumns {
  const decided = Object.entries(others).filter(
    ([kind, amount]) => amount !== defaultQuotas[kind as QuotaKind],
  )
  return {
    quotaServers: servers,
    quotaVcpus: vcpus,
    quotaMemoryGb: memoryGb,
    quotaVolumeGb: volumeGb,
    quotasJson: JSON.stringify(Object.fromEntries(decided)),
  }
}
