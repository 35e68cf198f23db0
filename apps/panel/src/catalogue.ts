import { InternalException } from 'evenkeel'

/** What tenants choose from: where, how big, and what to boot. */
export interface Region {
  readonly slug: string
  readonly zones: readonly string[]
}

export interface Flavor {
  readonly slug: string
  readonly name: string
  readonly vcpuCount: number
  readonly memoryGb: number
  readonly gpu: Gpu | undefined
  readonly zones: readonly string[]
}

export interface Gpu {
  readonly name: string
  readonly count: number
  readonly vramPerGpuGb: number
}

export interface LoadBalancerFlavor {
  readonly slug: string
  readonly name: string
}

export interface Image {
  readonly slug: string
  readonly name: string
  readonly operatingSystem: string
  readonly defaultUsername: string
  readonly zones: readonly string[]
  /** Whether its default user may log in by password. */
  readonly allowsPassword: boolean
  /** Whether nobody could log in without a key or a password; an image that is set up by its user data needs neither. */
  readonly needsLogin: boolean
}

export const regions: readonly Region[] = [
  { slug: 'rma', zones: ['rma1'] },
  { slug: 'lpg', zones: ['lpg1'] },
]

export const zones: readonly string[] = regions.flatMap(region => region.zones)

/** Names as the API's clients know them: `<family>-<GB>-<CPUs>`. A retired flavor stays here: servers may still have it. */
export const flavors: readonly Flavor[] = [
  flavor('Flex-2-1', 1, 2),
  flavor('Flex-4-1', 1, 4),
  flavor('Flex-4-2', 2, 4),
  flavor('Flex-4-4', 4, 4),
  flavor('Flex-8-1', 1, 8),
  flavor('Flex-8-2', 2, 8),
  flavor('Flex-8-4', 4, 8),
  flavor('Flex-16-4', 4, 16),
  flavor('Flex-32-8', 8, 32),
  flavor('Plus-8-2', 2, 8),
  flavor('Plus-12-3', 3, 12),
  flavor('Plus-16-4', 4, 16),
  flavor('Plus-32-8', 8, 32),
  flavor('Plus-64-16', 16, 64),
  flavor('Plus-96-24', 24, 96),
  flavor('Plus-192-96', 96, 192),
  flavor('GPU2-128-16-1-200', 16, 128, { name: 'NVIDIA L40S', count: 1, vramPerGpuGb: 48 }),
  flavor('GPU2-256-32-2-400', 32, 256, { name: 'NVIDIA L40S', count: 2, vramPerGpuGb: 48 }),
]

/** A retired one stays here, like a server's. */
export const loadBalancerFlavors: readonly LoadBalancerFlavor[] = [
  { slug: 'lb-standard', name: 'LB-Standard' },
  { slug: 'lb-large', name: 'LB-Large' },
]

/** A retired image stays here, like a flavor. */
export const images: readonly Image[] = [
  image('debian-13', 'Debian 13 (2025-08-09)', 'Debian', 'debian'),
  image('debian-12', 'Debian 12 (2023-06-10)', 'Debian', 'debian'),
  image('debian-11', 'Debian 11 (2021-08-14)', 'Debian', 'debian'),
  image('debian-10', 'Debian 10 (2019-07-06)', 'Debian', 'debian'),
  image('ubuntu-24.04', 'Ubuntu 24.04 LTS', 'Ubuntu', 'ubuntu'),
  image('ubuntu-22.04', 'Ubuntu 22.04 LTS', 'Ubuntu', 'ubuntu'),
  image('ubuntu-20.04', 'Ubuntu 20.04 LTS', 'Ubuntu', 'ubuntu'),
  image('rocky-9', 'Rocky Linux 9', 'Rocky Linux', 'rocky'),
  {
    ...image('flatcar-stable', 'Flatcar Container Linux, stable', 'Flatcar', 'core'),
    allowsPassword: false,
    needsLogin: false,
  },
]

/** The region that a zone is in. */
export function regionOf(zone: string): string {
  return regions.find(({ zones }) => zones.includes(zone))?.slug ?? missing('zone', zone)
}

/** The flavor with this slug, if there is one. */
export function findFlavor(slug: string): Flavor | undefined {
  return flavors.find(flavor => flavor.slug === slug)
}

/** The flavor of something that exists. */
export function flavorOf(slug: string): Flavor {
  return findFlavor(slug) ?? missing('flavor', slug)
}

/** The flavor of a load balancer that exists. */
export function loadBalancerFlavorOf(slug: string): LoadBalancerFlavor {
  return loadBalancerFlavors.find(flavor => flavor.slug === slug) ?? missing('load balancer flavor', slug)
}

/** The image with this slug, if there is one. */
export function findImage(slug: string): Image | undefined {
  return images.find(image => image.slug === slug)
}

/** The image of something that exists. */
export function imageOf(slug: string): Image {
  return findImage(slug) ?? missing('image', slug)
}

function flavor(name: string, vcpuCount: number, memoryGb: number, gpu?: Gpu): Flavor {
  return { slug: name.toLowerCase(), name, vcpuCount, memoryGb, gpu, zones }
}

function image(slug: string, name: string, operatingSystem: string, defaultUsername: string): Image {
  return { slug, name, operatingSystem, defaultUsername, zones, allowsPassword: true, needsLogin: true }
}

function missing(kind: string, slug: string): never {
  throw new InternalException(
    `Something has the ${kind} ${slug}, which is missing from the catalogue: retire it, never remove it.`,
  )
}
