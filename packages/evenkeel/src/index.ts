export * from './exceptions/index.ts'
export * from './filters/index.ts'
