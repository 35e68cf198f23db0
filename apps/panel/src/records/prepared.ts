import { type Compilable, type CompiledQuery, type Kysely, type RawBuilder, sql } from 'kysely'

/** What stands in a prepared query for the values that it will be run with. */
export type Places<Values> = { readonly [Name in keyof Values]: RawBuilder<Values[Name]> }

/**
 * A query that is built once and run often: to build and compile it takes longer than to run it.
 *
 * @param build asked once for each shape: what of the query is not a value
 * @example
 * const tokenByHash = prepared((db: Db, { hash }: Places<{ hash: string }>) =>
 *   db.selectFrom('tokens').selectAll().where('hash', '=', hash),
 * )
 * const [token] = await tokenByHash(records.read, { hash: 'c0ffee' })
 */
export function prepared<Tables, Values extends object, Row>(
  build: (db: Kysely<Tables>, places: Places<Values>, shape: string) => Compilable<Row>,
): (db: Kysely<Tables>, values: Values, shape?: string) => Promise<readonly Row[]> {
  const compiled = new Map<string, CompiledQuery<Row>>()
  return async (db, values, shape = '') => {
    let query = compiled.get(shape)
    if (query === undefined) {
      query = build(db, places as Places<Values>, shape).compile()
      compiled.set(shape, query)
    }
    const parameters = query.parameters.map(parameter =>
      parameter instanceof Place ? values[parameter.name as keyof Values] : parameter,
    )
    const { rows } = await db.executeQuery<Row>({ ...query, parameters })
    return rows
  }
}

/** Compiled, it is found among the parameters again. */
class Place {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

const places = new Proxy({}, { get: (_, name) => sql.val(new Place(String(name))) })
