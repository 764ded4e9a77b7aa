/**
 * A disk cache of the teacher's paintings: a photo is painted once, and then read for every crop and by every later
 * run. The key is a hash of the photo's pixels, the teacher's options and its version. Unreadable files are painted
 * again.
 */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Picture } from '@animegan/core'
import { type Painter, type TeacherOptions, teach, teacherVersion } from '@animegan/train'
import sharp from 'sharp'

/**
 * A painter that caches paintings in a folder, which is created. Concurrent requests for the same photo paint it once.
 */
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
    // It does not exist yet, or is damaged.
  }
  const painting = teach(photo, options)
  await mkdir(folder, { recursive: true })
  const pending = join(folder, `.${randomUUID()}`)
  await writeFile(pending, await sharp(painting.data, { raw: painting }).png({ compressionLevel: 3 }).toBuffer())
  await rename(pending, path)
  return painting
}
