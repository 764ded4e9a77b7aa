/** How a person wants to be drawn, from the options of animating: their words and colours made numbers. */
import { type AnimateOptions, DRAWN_PROPORTIONS } from '../../options.ts'
import type { Rgb } from './canvas.ts'
import type { CharacterOptions } from './subject.ts'

/** The options of drawing; those given were checked. */
export const characterOptions = ({
  proportions = DRAWN_PROPORTIONS,
  lashes = 'auto',
  age = 'keep',
  eyeColour = 'auto',
}: Pick<AnimateOptions, 'proportions' | 'lashes' | 'age' | 'eyeColour'>): CharacterOptions => ({
  proportions,
  lashes,
  age,
  eyeColour: eyeColour === 'auto' ? undefined : rgbOfHex(eyeColour),
})

const rgbOfHex = (text: string): Rgb => {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16) / 255)
  return [r, g, b]
}
