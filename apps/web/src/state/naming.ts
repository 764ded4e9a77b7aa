/** Names of results: the photo's or clip's, marked as anime, safe in every file system and unique within a ZIP. */

/** A name without what some file system does not allow; `otherwise` if nothing is left. */
export const stemOf = (name: string, otherwise: string): string =>
  name
    .replace(/[\p{Cc}<>:"/\\|?*]/gu, '_')
    .replace(/^\.+|[. ]+$/g, '')
    .slice(0, 120) || otherwise

/** `photo.png` as `jpg` gives `photo.anime.jpg`, or `photo.anime.2.jpg` if that is in `taken`. */
export const resultNameOf = (name: string, extension: string, taken: Set<string> = new Set()): string => {
  const stem = stemOf(name.replace(/\.[^./\\]*$/, ''), 'photo')
  for (let count = 1; ; count++) {
    const result = `${stem}.anime${count === 1 ? '' : `.${count}`}.${extension}`
    if (taken.has(result.toLowerCase())) continue
    taken.add(result.toLowerCase())
    return result
  }
}
