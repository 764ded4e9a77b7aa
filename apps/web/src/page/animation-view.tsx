/** An animated picture and its result, with a movable line between them. Browsers play both by themselves. */
import { useEffect, useMemo } from 'preact/hooks'
import type { Result } from '../state/items.ts'
import { titleOf } from '../state/styles.ts'
import { Compare } from './compare.tsx'

export interface AnimationViewProps {
  readonly file: File
  readonly result: Result
  readonly width: number
  readonly height: number
}

export const AnimationView = ({ file, result, width, height }: AnimationViewProps) => {
  // New addresses: browsers begin both at their first frame, at the same time.
  const [before, after] = useMemo(() => [file, result.blob].map((blob) => URL.createObjectURL(blob)), [file, result])
  useEffect(
    () => () => {
      for (const url of [before, after]) URL.revokeObjectURL(url)
    },
    [before, after],
  )
  return <Compare {...{ before, after, width, height }} afterWord={titleOf(result.styleId)} sweep />
}
