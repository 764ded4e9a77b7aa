/**
 * The rail of styles: one button for each, with a picture in that style, and the way to teach another. It does not make the pictures: the start has
 * prepared ones, the workbench draws the visitor's own.
 */
import { useId } from 'preact/hooks'
import { creditOf, messages } from '../i18n/language.ts'
import { set } from '../state/settings.ts'
import { currentStyle, type StyleEntry } from '../state/styles.ts'
import { TeachDoor } from './teach-door.tsx'

export interface StyleRailProps {
  readonly styles: readonly StyleEntry[]
  /** The address of the picture for a style; undefined where there is none yet. */
  readonly pictureOf: (styleId: string) => string | undefined
}

export const StyleRail = ({ styles, pictureOf }: StyleRailProps) => {
  const group = useId()
  const { label } = messages.value.style
  return (
    <fieldset class="rail" data-testid="style-rail">
      <legend class="visually-hidden">{label}</legend>
      <div class="rail-styles">
        {styles.map(({ id, title, attribution }) => {
          const picture = pictureOf(id)
          return (
            <label key={id} class="rail-style" title={attribution && creditOf(attribution)}>
              <input
                class="visually-hidden"
                type="radio"
                name={group}
                value={id}
                checked={id === currentStyle.value.id}
                data-testid={`style-${id}`}
                onChange={() => set({ styleId: id })}
              />
              <span class="rail-picture">
                {picture === undefined ? <span class="rail-empty" /> : <img src={picture} alt="" />}
              </span>
              <span class="rail-title">{title}</span>
            </label>
          )
        })}
        <TeachDoor />
      </div>
    </fieldset>
  )
}
