/** Whether an object has no fields, without making a list of them: every request asks. */
export function isEmpty(fields: object): boolean {
  for (const _ in fields) return false
  return true
}
