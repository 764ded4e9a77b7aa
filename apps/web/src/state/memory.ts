/** Remembers small choices as text by name in localStorage; does nothing if the browser forbids it. */

/** The text remembered under a name. */
export const recall = (name: string): string | undefined => {
  try {
    return localStorage.getItem(`animegan.${name}`) ?? undefined
  } catch {
    return undefined
  }
}

/** Remembers a text, if possible. */
export const remember = (name: string, value: string): void => {
  try {
    localStorage.setItem(`animegan.${name}`, value)
  } catch {
    // Private windows and full disks: the choice lasts until the page is closed.
  }
}
