import { seriesContract } from '../series.contract.ts'
import { memorySeries } from './memory-series.ts'

seriesContract('memorySeries', async options => memorySeries(options))
