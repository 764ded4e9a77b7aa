/**
 * The report: tables of figures as bench/RESULTS.md and bench/results.json. A new table replaces the old one with the
 * same title; the others stay, each with its machine and date.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describeMachine } from './machine.ts'

/** A table of figures, as printed and stored. */
export interface Section {
  readonly title: string
  readonly note: string
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** A stored table. */
interface Kept extends Section {
  /** The machine it was measured on, and the date, as YYYY-MM-DD. */
  readonly machine: string
  readonly day: string
}

const beside = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url))

/** A section in Markdown. */
export const markdown = ({ title, note, header, rows }: Section): string => {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [`## ${title}`, '', note, '', line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Writes the report, with new tables replacing old ones, and new titles last. */
export const writeReport = (sections: readonly Section[], rounds: number): void => {
  const { sections: old } = JSON.parse(readFileSync(beside('results.json'), 'utf8')) as { readonly sections: Kept[] }
  const origin = { machine: describeMachine(), day: new Date().toISOString().slice(0, 10) }
  const fresh = new Map(sections.map((section) => [section.title, { ...section, ...origin }]))
  const known = old.map((section) => fresh.get(section.title) ?? section)
  const added = [...fresh.values()].filter(({ title }) => !old.some((section) => section.title === title))
  const all = [...known, ...added]
  const text = `# Results

Written by \`npm run bench -- --write\`; each table says where and when it was measured.

Contestants take turns, round after round, and are compared within each round; medians of ${rounds} rounds, with quartiles.
Ratios travel from machine to machine better than times do. PyTorch and OpenVINO take part where \`python3\`, or the Python that
\`ANIMEGAN_BENCH_PYTHON\` names, has them.

${all.map((section) => `${markdown(section)}\n\n*${section.machine}; ${section.day}.*`).join('\n\n')}
`
  writeFileSync(beside('RESULTS.md'), text)
  writeFileSync(beside('results.json'), `${JSON.stringify({ sections: all }, undefined, 2)}\n`)
}
