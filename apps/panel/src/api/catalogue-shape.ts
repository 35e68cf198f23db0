import { z } from 'zod'
import { SlugStub, shape } from './openapi/shape.ts'

export const Region = shape('Region', z.object({ slug: z.string(), zones: z.array(SlugStub) }))

export const Flavor = shape(
  'Flavor',
  z.object({
    slug: z.string(),
    name: z.string(),
    vcpu_count: z.int(),
    memory_gb: z.int(),
    gpu: z.object({ name: z.string(), count: z.int(), vram_per_gpu_gb: z.int() }).nullable(),
    zones: z.array(SlugStub),
  }),
)

export const Image = shape(
  'Image',
  z.object({
    slug: z.string(),
    name: z.string(),
    operating_system: z.string(),
    default_username: z.string(),
    zones: z.array(SlugStub),
  }),
)
