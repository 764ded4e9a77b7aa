/** The report page: its numbers are read back, and any names are safe. */
import { expect, it } from 'vitest'
import { type LossRecord, reportPage } from './html.ts'

const records: LossRecord[] = Array.from({ length: 1000 }, (_, i) => ({
  step: i + 1,
  phase: i < 400 ? 'first' : 'second',
  losses: { generator: 10 - i / 100, ...(i >= 400 && { discriminator: 0.5 }) },
}))

const page = reportPage({
  title: 'A <b>bold</b> & "quoted" run',
  facts: [['Recipe', '<script>alert(1)</script>']],
  records,
  sheets: [
    { step: 100, path: 'sheets/step-0000100.jpg' },
    { step: 200, path: 'sheets/step-0000200.jpg' },
  ],
})

it('draws a curve for each loss, thinned, within the drawing', () => {
  const paths = [...page.matchAll(/<path d="([^"]*)"/g)].map((match) => match[1])
  expect(paths).toHaveLength(2)
  for (const path of paths) {
    const numbers = path.split(/[ML ]/).filter(Boolean).map(Number)
    expect(numbers.length / 2).toBeLessThanOrEqual(320)
    expect(numbers.every((number, i) => number >= 0 && number <= (i % 2 ? 180 : 640))).toBe(true)
  }
  // The generator's loss falls, so its curve goes down, to larger y. The other begins at 2/5 of the width.
  const [discriminator, generator] = paths.map((path) =>
    path.split('L').map((point) => point.replace('M', '').split(' ').map(Number)),
  )
  expect(generator.at(-1)![1]).toBeGreaterThan(generator[0][1] + 100)
  expect(discriminator[0][0] / 640).toBeCloseTo(0.44, 1)
  expect(page.includes('generator, 9.99 at first, 0.025 at last')).toBe(true)
})

it('marks where a phase begins, and shows the newest sheet first', () => {
  expect(page.match(/class="phase"/g)).toHaveLength(2)
  expect(page.indexOf('step-0000200.jpg')).toBeLessThan(page.indexOf('step-0000100.jpg'))
})

it('escapes all text, and loads nothing from the network', () => {
  expect(page).not.toMatch(/<script|<b>|https?:/)
  expect(page).toContain('<title>A &lt;b&gt;bold&lt;/b&gt; &amp; &quot;quoted&quot; run</title>')
})
