/**
 * The teacher's paintings, kept on disk: a photo is painted once, and read for every crop and by every run after that. They
 * are found by what is in them: a hash of the photo's pixels, the teacher's options and its version. What cannot be read
 * is painted anew.
 */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Picture } from '@animegan/core'
import { type Painter, type TeacherOptions, teach, teacherVersion } from '@animegan/train'
import sharp from 'sharp'

/** A painter who keeps paintings in a folder, which is made. Asked for twice at once, one is painted once. */
export const keptPainter = (options: TeacherOptions, folder: string): Painter => {
  const manner = JSON.stringify([teacherVersion, Object.entries(options).sort()])
  const underWay = new Map<string, Promise<Picture>>()
  return (photo) => {
    const { width, height, data } = photo
    const key = createHash('sha256').update(`${manner} ${width} ${height} `).update(data).digest('hex')
    let painting = underWay.get(key)
    if (!painting) {
      painting = kept(join(folder, key.slice(0, 2)), key, photo, options).finally(() => underWay.delete(key))
      underWay.set(key, painting)
    }
    return painting
  }
}

const kept = async (folder: string, key: string, photo: Picture, options: TeacherOptions): Promise<Picture> => {
  const path = join(folder, `${key}.png`)
  const { width, height } = photo
  try {
    const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true })
    if (info.width === width && info.height === height && info.channels === 3)
      return { width, height, channels: 3, data: new Uint8Array(data.buffer, data.byteOffset, data.length) }
  } catch {
    // There is none yet, or it is damaged.
  }
  const painting = teach(photo, options)
  await mkdir(folder, { recursive: true })
  const pending = join(folder, `.${randomUUID()}`)
  await writeFile(pending, await sharp(painting.data, { raw: painting }).png({ compressionLevel: 3 }).toBuffer())
  await rename(pending, path)
  return painting
}
