import type { FastifyInstance } from 'fastify'
import { flavors, images, regions } from '../catalogue.ts'
import { Flavor, Image, Region } from './catalogue-shape.ts'
import { listOf, operation } from './openapi/operation.ts'

/** `GET /regions`, `GET /flavors`, `GET /images`: what tenants choose from. */
export function catalogueRoutes(app: FastifyInstance): void {
  const documented = {
    regions: operation({ does: 'List regions', answer: listOf(Region) }),
    flavors: operation({ does: 'List flavors', answer: listOf(Flavor) }),
    images: operation({ does: 'List images', answer: listOf(Image) }),
  }
  app.get('/regions', documented.regions, async () =>
    regions.map(({ slug, zones }) => ({ slug, zones: stubs(zones) })),
  )

  app.get('/flavors', documented.flavors, async () =>
    flavors.map(({ slug, name, vcpuCount, memoryGb, gpu, zones }) => ({
      slug,
      name,
      vcpu_count: vcpuCount,
      memory_gb: memoryGb,
      gpu: gpu === undefined ? null : { name: gpu.name, count: gpu.count, vram_per_gpu_gb: gpu.vramPerGpuGb },
      zones: stubs(zones),
    })),
  )

  app.get('/images', documented.images, async () =>
    images.map(({ slug, name, operatingSystem, defaultUsername, zones }) => ({
      slug,
      name,
      operating_system: operatingSystem,
      default_username: defaultUsername,
      zones: stubs(zones),
    })),
  )
}

function stubs(slugs: readonly string[]): { slug: string }[] {
  return slugs.map(slug => ({ slug }))
}
