export type { MountedEvenkeel } from '../http/server-chain.ts'
export { type EvenkeelFastifyOptions, evenkeelFastifyOptions } from './evenkeel-fastify-options.ts'
export type { EmptyJsonBody } from './json-body.ts'
export { type MountEvenkeelOptions, mountEvenkeel } from './mount-evenkeel.ts'
