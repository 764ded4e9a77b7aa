/** Small choices that last: text by name in localStorage, and nothing where the browser forbids it. */

/** What was remembered under a name. */
export const recall = (name: string): string | undefined => {
  try {
    return localStorage.getItem(`animegan.${name}`) ?? undefined
  } catch {
    return undefined
  }
}

/** Remembers, or does not. */
export const remember = (name: string, value: string): void => {
  try {
    localStorage.setItem(`animegan.${name}`, value)
  } catch {
    // Private windows and full disks: the choice holds until the page is closed.
  }
}
