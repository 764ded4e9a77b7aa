/**
 * The records of a run in progress: losses, sheets, TensorBoard's events and the report. After a resumed run they look
 * as if it had never been interrupted.
 */
import { fromUtf8, toUtf8 } from '@animegan/models'
import { type LossRecord, reportPage } from '../report/html.ts'
import type { Sheet } from '../report/sheet.ts'
import { eventFileName, eventFileStart, eventRecord } from '../report/tensorboard.ts'
import type { StepReport } from '../trainer.ts'
import type { RunPlan } from './plan.ts'
import type { RunStorage } from './storage.ts'

export interface Diary {
  /** Records a step; updates the report every few. */
  note(report: StepReport): Promise<void>
  /** Adds the sheet of a step. Returns its name in the storage. */
  show(step: number, sheet: Sheet): Promise<string>
  /** Updates the report. */
  close(): Promise<void>
}

interface DiaryRecord extends LossRecord {
  readonly seconds: number
}

const lossFile = 'losses.jsonl'
const sheetFolder = 'sheets'
/** The report's name in the storage. */
export const reportFile = 'report.html'
/** Names of sheets in the storage. */
export const sheetPattern = /^sheets\/step-(\d+)\.jpg$/
/** Steps between updates of the report. */
const reportEvery = 10

const sheetName = (step: number): string => `${sheetFolder}/step-${String(step).padStart(7, '0')}.jpg`
const lineOf = (record: DiaryRecord): string => `${JSON.stringify(record)}\n`

/** Opens the diary after `step`. Records of later steps come from an interrupted run and will be written again. */
export const openDiary = async (storage: RunStorage, plan: RunPlan, step: number): Promise<Diary> => {
  const records = (await readRecords(storage)).filter((record) => record.step <= step)
  await storage.write(lossFile, toUtf8(records.map(lineOf).join('')))
  const sheets: { step: number; path: string }[] = []
  for (const name of await storage.list(sheetFolder)) {
    const at = Number(sheetPattern.exec(name)?.[1])
    if (at <= step) sheets.push({ step: at, path: name })
    else if (at > step) await storage.remove(name)
  }
  const now = (): number => Date.now() / 1000
  const events = eventFileName(now())
  await storage.append(events, eventFileStart(now(), step === 0 ? 0 : step + 1))

  const writeReport = async (): Promise<void> => {
    if (records.length === 0) return
    const page = reportPage({ title: plan.title, facts: factsOf(plan, records), records, sheets })
    await storage.write(reportFile, toUtf8(page))
  }
  return {
    async note({ step, phase, seconds, losses }) {
      const record = { step, phase, seconds, losses }
      records.push(record)
      await storage.append(lossFile, toUtf8(lineOf(record)))
      const scalars = Object.fromEntries(
        Object.entries(losses).map(([name, loss]) => [name.replaceAll('.', '/'), loss]),
      )
      await storage.append(events, eventRecord({ step, time: now(), scalars }))
      if (records.length === 1 || step % reportEvery === 0) await writeReport()
    },
    async show(step, sheet) {
      const path = sheetName(step)
      await storage.write(path, sheet.bytes)
      sheets.push({ step, path })
      await storage.append(events, eventRecord({ step, time: now(), images: { samples: sheet } }))
      await writeReport()
      return path
    },
    close: writeReport,
  }
}

/** The recorded losses, except for a truncated line. */
const readRecords = async (storage: RunStorage): Promise<DiaryRecord[]> => {
  const bytes = (await storage.read(lossFile)) ?? new Uint8Array()
  const whole = bytes.subarray(0, bytes.lastIndexOf(lineFeed) + 1)
  return (fromUtf8(whole) ?? '').split('\n').flatMap(parseRecord)
}

const lineFeed = 10

/** The record of a line; undefined if it is damaged. */
const parseRecord = (line: string): DiaryRecord[] => {
  try {
    return [JSON.parse(line) as DiaryRecord]
  } catch {
    return []
  }
}

const factsOf = ({ recipe, style, photos, seed, licence, from }: RunPlan, records: readonly DiaryRecord[]) => {
  const { step, phase, seconds } = records[records.length - 1]
  return [
    ['Recipe', `${recipe.title}: ${recipe.description}`],
    ['Network', `${recipe.architecture}, discriminator ${recipe.discriminator}`],
    ['Style pictures', style],
    ['Photos', photos.join(', ')],
    ['Licence', licence],
    ['Steps', `${step} of ${recipe.batch} crops of ${recipe.size} x ${recipe.size}, in phase ${phase}`],
    ['Time', `${(seconds / 60).toFixed(1)} minutes, ${(seconds / step).toFixed(2)} s a step`],
    ['Seed', String(seed)],
    ['Began with', from ? from.path : 'random weights'],
  ] as const
}
