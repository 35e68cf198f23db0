import { actionDatabaseContract } from 'evenkeel/testing/contracts'
import { temporaryRecords } from '../records/testing.ts'
import { actionDatabase } from './action-database.ts'

actionDatabaseContract('panel database', async () => {
  const { records, dispose } = await temporaryRecords()
  return { database: actionDatabase(records), dispose }
})
