/**
 * `npm run bench`: measures this project against plain ONNX Runtime, PyTorch, OpenVINO and TensorFlow.js, and prints
 * tables; with `--write` also to bench/RESULTS.md and bench/results.json, keeping the tables of parts that were not
 * run. Every figure is a ratio or a bound from one run, with a note on how it was measured.
 *
 *     npm run bench -- --only networks,training --rounds 7 --write
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parts } from './parts.ts'
import { markdown, type Section, writeReport } from './report.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(parts).join() },
    rounds: { type: 'string', default: '7' },
    write: { type: 'boolean', default: false },
  },
})
const asked = values.only.split(',')
const unknown = asked.find((name) => !Object.hasOwn(parts, name))
if (unknown !== undefined) throw new Error(`--only: expected some of ${Object.keys(parts)}, found '${unknown}'`)
const folder = mkdtempSync(join(tmpdir(), 'animegan-bench-'))
const sections: Section[] = []
const bench = {
  rounds: Number(values.rounds),
  threads: availableParallelism(),
  folder,
  table: (title: string, note: string, header: readonly string[], rows: readonly (readonly string[])[]): void => {
    const section = { title, note, header, rows }
    console.log(`\n${markdown(section)}`)
    sections.push(section)
    if (values.write) writeReport(sections, bench.rounds)
  },
}

try {
  for (const [name, measure] of Object.entries(parts)) if (asked.includes(name)) await measure(bench)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
