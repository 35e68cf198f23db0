import { journalContract } from '../journal.contract.ts'
import { memoryJournal } from './memory-journal.ts'

journalContract('memory journal', async options => memoryJournal(options))
