export { type MemoryDb, memoryDatabase } from './memory-database.ts'
export { VirtualClock } from './virtual-clock.ts'
