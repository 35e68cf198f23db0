/** What somebody has written, as a sentence among others: with a full stop, unless it ends as sentences do. */
export function asSentence(text: string): string {
  const trimmed = text.trim()
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`
}
