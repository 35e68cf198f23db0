import { deleteObjectsUser } from '../../actions/delete-objects-user.ts'
import { compared, deleteRecord, differs } from '../compared-kind.ts'

export const objectsUsers = compared('objects-user', {
  label: 'Objects user',
  differences: (user, { name, accessKey }) =>
    differs(
      user.accessKey !== accessKey,
      'access_key',
      `Objects user '${name}' has another access key at the object store than its record says.`,
    ),
  remedies: [deleteRecord(deleteObjectsUser)],
})
