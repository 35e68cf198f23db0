import { type AtCloud, known, recordsAtCloud } from '../at-cloud.ts'

export interface StorageUserAtCloud extends AtCloud {
  readonly accessKey: string
}

export const objectsUsers = recordsAtCloud({
  live: db =>
    db
      .selectFrom('objectsUsers')
      .select(['cloudUserId as id', 'uuid', 'projectId', 'name', 'accessKey'])
      .where('deletedAt', 'is', null),
  everOf: db => db.selectFrom('objectsUsers').select(['cloudUserId as id', 'uuid as of']),
  present: (row): StorageUserAtCloud => known(row),
})
