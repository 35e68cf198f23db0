import type uPlot from 'uplot'

/** A name that is written onto a plot. */
export interface PlotLabel {
  /** The place in time that it belongs to. */
  at: number
  /** The scale of its value. Below a rate, above a count: where neither line runs. */
  on: 'rate' | 'count'
  value: number
  text: string
  /** The name of the CSS variable that holds its colour. */
  color: string
}

interface Box {
  left: number
  top: number
  width: number
}

const fontSize = 12
const lineHeight = 16
/** How far a name may be moved from its place to where it is free, in lines. */
const linesMoved = 3

/**
 * Writes the names so that none covers another; one that finds no room is left out, so the most important
 * come first.
 */
export function writeLabels(
  plot: uPlot,
  labels: readonly PlotLabel[],
  colors: { halo: string; ink: (variable: string) => string },
): void {
  const { ctx } = plot
  const scale = devicePixelRatio
  const written: Box[] = []
  ctx.save()
  ctx.font = `600 ${fontSize * scale}px ${getComputedStyle(plot.root).fontFamily}`
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  ctx.lineJoin = 'round'
  for (const label of labels) {
    const box = roomFor(plot, label, ctx.measureText(label.text).width, written, scale)
    if (box === undefined) continue
    written.push(box)
    const middle = box.top + (lineHeight * scale) / 2
    ctx.strokeStyle = colors.halo
    ctx.lineWidth = 4 * scale
    ctx.strokeText(label.text, box.left, middle)
    ctx.fillStyle = colors.ink(label.color)
    ctx.fillText(label.text, box.left, middle)
  }
  ctx.restore()
}

function roomFor(
  plot: uPlot,
  { at, on, value }: PlotLabel,
  width: number,
  taken: readonly Box[],
  scale: number,
): Box | undefined {
  const { bbox } = plot
  const line = lineHeight * scale
  const [leftMin, leftMax] = [bbox.left + 4 * scale, bbox.left + bbox.width - width - 4 * scale]
  const left = within(leftMin, plot.valToPos(plot.data[0][at] ?? 0, 'x', true) - width / 2, leftMax)
  const edge = plot.valToPos(value, on, true)
  const firstTop = on === 'rate' ? edge + 3 * scale : edge - line - 3 * scale
  for (let moved = 0; moved < linesMoved; moved++) {
    const wanted = firstTop + (on === 'rate' ? moved : -moved) * line
    const top = within(bbox.top, wanted, bbox.top + bbox.height - line)
    const isFree = taken.every(
      other =>
        Math.abs(other.top - top) >= line ||
        left > other.left + other.width + 6 * scale ||
        left + width + 6 * scale < other.left,
    )
    if (isFree) return { left, top, width }
  }
  return undefined
}

function within(min: number, value: number, max: number): number {
  return Math.max(min, Math.min(value, max))
}
