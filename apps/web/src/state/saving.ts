/** Getting results out of the page: as files, one ZIP, through the share sheet, onto the clipboard. */
import { Zip, ZipPassThrough } from 'fflate'
import { resultNameOf } from './naming.ts'
import { formatOf, type Photo } from './photos.ts'

const offer = (blob: Blob, name: string): void => {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** The name that a photo's result is saved under. */
export const resultName = (photo: Photo): string => resultNameOf(photo.file.name, formatOf(photo))

export const save = (photo: Photo): void => {
  if (photo.result) offer(photo.result.blob, resultName(photo))
}

/** All results in one ZIP, stored as they are: pictures do not shrink further. */
export const saveAll = async (photos: readonly Photo[]): Promise<void> => {
  const parts: Uint8Array<ArrayBuffer>[] = []
  const zip = new Zip((error, part) => {
    if (error) throw error
    parts.push(part as Uint8Array<ArrayBuffer>)
  })
  const taken = new Set<string>()
  for (const photo of photos) {
    if (!photo.result) continue
    const entry = new ZipPassThrough(resultNameOf(photo.file.name, formatOf(photo), taken))
    zip.add(entry)
    entry.push(new Uint8Array(await photo.result.blob.arrayBuffer()), true)
  }
  zip.end()
  offer(new Blob(parts, { type: 'application/zip' }), 'animegan.zip')
}

const asFile = (photo: Photo): File =>
  new File([photo.result!.blob], resultName(photo), { type: photo.result!.blob.type })

export const canShare = (photo: Photo): boolean =>
  photo.result !== undefined && navigator.canShare?.({ files: [asFile(photo)] }) === true

/** Opens the share sheet; false when it failed, true also when the visitor closed it. */
export const share = (photo: Photo): Promise<boolean> =>
  navigator.share({ files: [asFile(photo)] }).then(
    () => true,
    (error: Error) => error.name === 'AbortError',
  )

export const canCopy = (): boolean => typeof ClipboardItem !== 'undefined' && 'clipboard' in navigator

/** Copies as PNG, which is what clipboards take. */
export const copy = async (photo: Photo): Promise<void> => {
  const png = async (): Promise<Blob> => {
    const { blob } = photo.result!
    if (blob.type === 'image/png') return blob
    const bitmap = await createImageBitmap(blob)
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
    canvas.getContext('2d')!.drawImage(bitmap, 0, 0)
    return canvas.convertToBlob({ type: 'image/png' })
  }
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': png() })])
}
