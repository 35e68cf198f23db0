export { type Clock, systemClock } from '../../filters/clock.ts'
