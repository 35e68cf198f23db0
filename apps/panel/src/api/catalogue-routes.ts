import type { FastifyInstance } from 'fastify'
import { flavors, images, regions } from '../catalogue.ts'

/** `GET /regions`, `GET /flavors`, `GET /images`: what tenants choose from. */
export function catalogueRoutes(app: FastifyInstance): void {
  app.get('/regions', async () => regions.map(({ slug, zones }) => ({ slug, zones: stubs(zones) })))

  app.get('/flavors', async () =>
    flavors.map(({ slug, name, vcpuCount, memoryGb, gpu, zones }) => ({
      slug,
      name,
      vcpu_count: vcpuCount,
      memory_gb: memoryGb,
      gpu: gpu === undefined ? null : { name: gpu.name, count: gpu.count, vram_per_gpu_gb: gpu.vramPerGpuGb },
      zones: stubs(zones),
    })),
  )

  app.get('/images', async () =>
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
