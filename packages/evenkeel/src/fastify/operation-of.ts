const operations = new Map<string, Map<string, string>>()

/** `GET /servers/:id`: the same string each time, so that it is made and hashed once. */
export function operationOf(method: string, url: string): string {
  let byMethod = operations.get(url)
  if (byMethod === undefined) {
    byMethod = new Map()
    operations.set(url, byMethod)
  }
  let operation = byMethod.get(method)
  if (operation === undefined) {
    operation = `${method} ${url}`
    byMethod.set(method, operation)
  }
  return operation
}
