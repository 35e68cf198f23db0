import { expect, it } from 'vitest'
import { clearFailedImports, customImageImportRecords, failedImportsMax } from './custom-image-imports.ts'
import { someImport, someProject, temporaryRecords } from './testing.ts'

it('of a project’s failed imports the newest are kept, beside all that have succeeded', async () => {
  const { records, dispose } = await temporaryRecords()
  const at = (number: number) => `2026-11-22T01:00:00.${String(number).padStart(6, '0')}Z`
  const failed = Array.from({ length: failedImportsMax + 3 }, (_, number) =>
    someImport({ name: `failed-${number}`, status: 'failed', errorMessage: 'x', createdAt: at(number) }),
  )
  await records.transaction(async trx => {
    await customImageImportRecords.insert(trx, someImport({ name: 'oldest', createdAt: at(0) }), ...failed)

    await clearFailedImports(trx, someProject.id, at(999_999))
  })

  const names = (await customImageImportRecords.list(records.read, someProject.id)).map(({ name }) => name)
  expect(names).toHaveLength(failedImportsMax + 1)
  expect(names.slice(0, 2)).toEqual(['oldest', 'failed-3'])
  await dispose()
})
