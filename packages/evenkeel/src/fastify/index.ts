export { type EvenkeelFastifyOptions, evenkeelFastifyOptions } from './evenkeel-fastify-options.ts'
export type { EmptyJsonBody } from './json-body.ts'
export { type MountEvenkeelOptions, type MountedEvenkeel, mountEvenkeel } from './mount-evenkeel.ts'
