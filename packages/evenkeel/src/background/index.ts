export {
  type Background,
  type BackgroundOptions,
  type BackgroundRun,
  backgroundWith,
  type RepeatOptions,
  type Repetition,
} from './background.ts'
export { type WatchedProcess, type WatchProcessOptions, watchProcess } from './watch-process.ts'
