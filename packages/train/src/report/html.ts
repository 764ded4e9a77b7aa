/**
 * The report of a run as one HTML page: what was trained, the losses as curves, and the sample sheets in order. It lies
 * next to the folder of sheets and needs no server, script or network. A pure function from figures to text.
 */

/** Losses of a step, weighted, by name. */
export interface LossRecord {
  readonly step: number
  readonly phase: string
  readonly losses: Readonly<Record<string, number>>
}

export interface Report {
  readonly title: string
  /** Facts about the run, in order: `['Recipe', 'live']`. */
  readonly facts: readonly (readonly [name: string, value: string])[]
  /** In order of steps. */
  readonly records: readonly LossRecord[]
  /** Oldest first; `path` is relative to the page. */
  readonly sheets: readonly { readonly step: number; readonly path: string }[]
}

const width = 640
const height = 180
/** Space for the scale on the left and below. */
const left = 56
const below = 20
/** Maximum number of points of a curve; more steps are averaged. */
const most = 320

/** Writes the page. */
export const reportPage = ({ title, facts, records, sheets }: Report): string => {
  const names = [...new Set(records.flatMap(({ losses }) => Object.keys(losses)))].sort()
  const newest = sheets.toReversed()
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 84rem; padding: 0 1rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem }
dt { opacity: .7 }
dd { margin: 0; overflow-wrap: anywhere }
.curves { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); gap: 1rem }
figure { margin: 0 }
svg { width: 100%; height: auto; display: block }
svg text { font: 11px system-ui, sans-serif; fill: currentColor; opacity: .7 }
svg path { fill: none; stroke: #2f7fd6; stroke-width: 1.5 }
svg line { stroke: currentColor; opacity: .2 }
svg .phase { stroke-dasharray: 4 3; opacity: .5 }
img { width: 100%; height: auto; display: block }
</style>
<h1>${escaped(title)}</h1>
<dl>
${facts.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('\n')}
</dl>
<h2>Losses</h2>
<p>Weighted as in the recipe, averaged where there are more steps than pixels. A broken line is where a phase begins.
Content and colour rise late in training while pictures still improve: judge by the sheets.</p>
<div class="curves">
${names.map((name) => `<figure><figcaption>${escaped(name)}</figcaption>${curve(name, records)}</figure>`).join('\n')}
</div>
<h2>Sample sheets</h2>
<p>From left to right: photo, result, and what the result is trained towards, if anything. Last row: the style's pictures.</p>
${newest.map(({ step, path }) => `<h3 id="step-${step}">Step ${step}</h3>\n<img loading="lazy" src="${escaped(path)}" alt="Photos and results after ${step} steps">`).join('\n')}
</html>
`
}

/** One loss as a drawing; a gap where it was not computed. */
const curve = (name: string, records: readonly LossRecord[]): string => {
  const points = thinned(
    records.filter(({ losses }) => Number.isFinite(losses[name])).map(({ step, losses }) => [step, losses[name]]),
  )
  const first = records[0].step
  const last = Math.max(records.at(-1)!.step, first + 1)
  const values = points.map(([, value]) => value)
  const [low, high] = [Math.min(0, ...values), Math.max(...values, Number.MIN_VALUE)]
  const x = (step: number): string => (left + ((step - first) / (last - first)) * (width - left - 8)).toFixed(1)
  const y = (value: number): string => ((1 - (value - low) / (high - low)) * (height - below - 8) + 8).toFixed(1)
  const starts = records.filter(({ phase }, i) => i > 0 && phase !== records[i - 1].phase)
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(name)}, ${brief(values[0])} at first, ${brief(values.at(-1)!)} at last">`,
    ...[low, (low + high) / 2, high].map(
      (value) =>
        `<line x1="${left}" x2="${width - 8}" y1="${y(value)}" y2="${y(value)}"/><text x="${left - 6}" y="${y(value)}" dy="4" text-anchor="end">${brief(value)}</text>`,
    ),
    ...starts.map(({ step }) => `<line class="phase" x1="${x(step)}" x2="${x(step)}" y1="8" y2="${height - below}"/>`),
    `<text x="${left}" y="${height - 4}">step ${first}</text>`,
    `<text x="${width - 8}" y="${height - 4}" text-anchor="end">${last}</text>`,
    `<path d="${points.map(([step, value], i) => `${i === 0 ? 'M' : 'L'}${x(step)} ${y(value)}`).join('')}"/>`,
    '</svg>',
  ].join('')
}

/** Averages neighbouring steps so that the curve has no more points than can be seen. */
const thinned = (points: readonly (readonly [step: number, value: number])[]): (readonly [number, number])[] => {
  const together = Math.ceil(points.length / most)
  const groups = Array.from({ length: Math.ceil(points.length / together) }, (_, i) =>
    points.slice(i * together, (i + 1) * together),
  )
  const mean = (group: typeof points, index: 0 | 1): number =>
    group.reduce((sum, point) => sum + point[index], 0) / group.length
  return groups.map((group) => [mean(group, 0), mean(group, 1)])
}

const brief = (value: number): string => String(Number(value.toPrecision(3)))

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!)
