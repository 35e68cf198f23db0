import { Exception } from 'evenkeel'
import type { Customer, OwnObject } from './customer.ts'
import { eventually } from './eventually.ts'

/**
 * Deletes everything that a customer has, what others need after what needs it.
 *
 * @returns what can't be deleted, in sentences
 * @throws {NeverHappenedException} a snapshot is never gone
 */
export async function clearAway(customer: Customer): Promise<readonly string[]> {
  const refused: string[] = []
  const remove = async (path: string) => {
    try {
      await customer.remove(path)
    } catch (thrown) {
      if (!(thrown instanceof Exception)) throw thrown
      refused.push(`${path} can't be deleted: ${thrown.message}`)
    }
  }
  const clear = async (list: string, path = list) => {
    const objects = await customer.list<OwnObject>(list)
    await Promise.all(objects.map(({ href }) => remove(`${path}/${href.split('/').at(-1)}`)))
  }

  await clear('/floating-ips')
  await clear('/volume-snapshots')
  await eventually('the snapshots to be gone', async () =>
    (await customer.list('/volume-snapshots')).length === 0 ? true : undefined,
  )
  await clear('/load-balancers')
  await clear('/routers')
  await clear('/servers')
  await clear('/volumes')
  await clear('/networks')
  await clear('/server-groups')
  await clear('/objects-users')
  await clear('/custom-images/import', '/custom-images')
  return refused
}
