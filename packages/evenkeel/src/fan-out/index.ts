export { type FailOpenOptions, failOpen } from './fail-open.ts'
export { type Branches, type FanOutOptions, type FanOutResults, fanOut, isFailureOf } from './fan-out.ts'
