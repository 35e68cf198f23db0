import type uPlot from 'uplot'

/**
 * Draws every value as wide as its bucket, so that also one alone is seen, and fills what lacks to `ceiling`.
 * The value lies in the middle: whoever points at it gets it.
 */
export function stepsBelow(ceiling: number, scale: string): uPlot.Series.PathBuilder {
  return (plot, seriesIndex, from, to) => {
    const { left, width } = plot.bbox
    const [times, values] = [plot.data[0], plot.data[seriesIndex] ?? []]
    const xOf = (time: number | undefined) => plot.valToPos(time ?? 0, 'x', true)
    const halfBucket = (xOf(times[1]) - xOf(times[0])) / 2
    const stroke = new Path2D()
    const ends: number[] = []
    for (let at = from; at <= to; at++) {
      const value = values[at]
      if (value === null || value === undefined) continue
      const x = xOf(times[at])
      const y = Math.round(plot.valToPos(value, scale, true))
      const beginX = Math.round(Math.max(left, x - halfBucket))
      const endX = Math.round(Math.min(left + width, x + halfBucket))
      stroke.lineTo(beginX, y)
      stroke.lineTo(endX, y)
      ends.push(beginX, endX)
    }
    const [beginX, endX] = [ends[0], ends.at(-1)]
    if (beginX === undefined || endX === undefined) return null
    const ceilingY = Math.round(plot.valToPos(ceiling, scale, true))
    const fill = new Path2D(stroke)
    fill.lineTo(endX, ceilingY)
    fill.lineTo(beginX, ceilingY)
    fill.closePath()
    return { stroke, fill }
  }
}
