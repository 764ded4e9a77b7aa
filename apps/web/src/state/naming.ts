/** Names of results: the photo's or clip's, marked as anime, safe in every file system and unlike the others of one ZIP. */
/** `photo.png` as `jpg` gives `photo.anime.jpg`, the next one of `taken` `photo.anime.2.jpg`. */
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
