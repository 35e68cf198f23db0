export type * from './action-view.ts'
export * from './exceptions.ts'
