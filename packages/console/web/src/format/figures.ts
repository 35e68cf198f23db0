/** A part of the success rate in points, of which the whole has 100: "2.6", "0.04", "0". */
export function points(part: number): string {
  const value = 100 * Math.abs(part)
  // Floating point leaves dust where two equal parts were subtracted.
  if (value < 1e-9) return '0'
  return value < 0.01 ? '< 0.01' : value.toFixed(value < 0.1 ? 3 : value < 10 ? 2 : 1)
}

/** The same for a change, which has a direction: "+2.6", "−0.04", "0". */
export function pointsOfChange(part: number): string {
  const size = points(part)
  return size === '0' ? size : `${part > 0 ? '+' : '−'}${size}`
}

/** A number of bytes: "812 B", "4.1 KB", "1.3 GB". */
export function bytes(count: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const step = count < 1 ? 0 : Math.min(Math.floor(Math.log10(count) / 3), units.length - 1)
  const value = count / 1000 ** step
  return `${step === 0 ? value : value.toFixed(1)} ${units[step]}`
}
