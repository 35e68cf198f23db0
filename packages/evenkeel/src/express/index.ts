export type { MountedEvenkeel, ServerOptions } from '../http/server-chain.ts'
export { mountEvenkeel } from './mount-evenkeel.ts'
