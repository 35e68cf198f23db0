/** The day of a time in milliseconds since 1970, by UTC, as `2026-11-22`. Days sort as text. */
export function dayOf(timeMs: number): string {
  const [day = ''] = new Date(timeMs).toISOString().split('T')
  return day
}
