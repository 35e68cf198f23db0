import { actionDatabaseContract } from '../actions/action-database.contract.ts'
import { memoryDatabase } from './memory-database.ts'

actionDatabaseContract('memory database', async () => ({ database: memoryDatabase({}) }))
