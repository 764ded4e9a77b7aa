import { expect, test } from 'vitest'
import { piecesOf } from './components.ts'

const mask = (...rows: string[]) => ({
  width: rows[0].length,
  height: rows.length,
  data: Float32Array.from(rows.join(''), (mark) => Number(mark === '#')),
})

test('pieces connected by sides and by corners', () => {
  const shape = mask('##..#', '....#', '#..#.', '.#...')
  const bySides = piecesOf(shape, false)
  expect(bySides.pieces.slice(1).map(({ area }) => area)).toEqual([2, 2, 1, 1, 1])
  const byCorners = piecesOf(shape, true)
  expect(byCorners.pieces.slice(1)).toEqual([
    { area: 2, left: 0, top: 0, right: 1, bottom: 0 },
    { area: 3, left: 3, top: 0, right: 4, bottom: 2 },
    { area: 2, left: 0, top: 2, right: 1, bottom: 3 },
  ])
  expect([...byCorners.labels]).toEqual([1, 1, 0, 0, 2, 0, 0, 0, 0, 2, 3, 0, 0, 2, 0, 0, 3, 0, 0, 0])
})
