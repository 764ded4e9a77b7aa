/** Names of results: the photo's or clip's, marked as anime, safe in every file system and unique within a ZIP. */
/** `photo.png` as `jpg` gives `photo.anime.jpg`, or `photo.anime.2.jpg` if that is in `taken`. */
export const resultNameOf = (name: string, extension: string, taken: Set<string> = new Set()): string => {
  const stem =
    name
      .replace(/\.[^./\\]*$/, '')
      .replace(/[\p{Cc}<>:"/\\|?*]/gu, '_')
      .replace(/^\.+|[. ]+$/g, '')
      .slice(0, 120) || 'photo'
  for (let count = 1; ; count++) {
    const result = `${stem}.anime${count === 1 ? '' : `.${count}`}.${extension}`
    if (taken.has(result.toLowerCase())) continue
    taken.add(result.toLowerCase())
    return result
  }
}
