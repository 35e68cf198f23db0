export * from './background/index.ts'
export * from './exceptions/index.ts'
export * from './fan-out/index.ts'
export * from './filters/index.ts'
