/**
 * Formats durations and tables for people. Pure functions; prints nothing.
 */

/** An elapsed time: `0.4 s`, `12 s`, `3:05`. */
export const formatDuration = (milliseconds: number): string => {
  const seconds = milliseconds / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 60) return `${Math.round(seconds)} s`
  return formatClock(seconds)
}

/** A time as on a clock: `0:07`, `3:05`, `1:02:03`. */
export const formatClock = (seconds: number): string => {
  const whole = Math.round(seconds)
  const two = (value: number): string => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

/** Rows as text with aligned columns, without spaces at the ends of lines. */
export const formatTable = (rows: readonly (readonly string[])[]): string => {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
