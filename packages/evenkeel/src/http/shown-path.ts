/** The path of a request, fit for a message: no query, which may hold secrets, and of bounded length. */
export function shownPath(url: string): string {
  const [path = ''] = url.split('?', 1)
  return path.length > 200 ? `${path.slice(0, 200)}…` : path
}
