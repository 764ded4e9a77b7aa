/**
 * Blobs in a local folder: a folder for each job, so that deleting a job deletes one folder. Files are moved into place,
 * from the same disk in one step, else by way of a hidden file beside it.
 */
import { copyFile, mkdir, open, rename, rm, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Blobs, noBlob } from './blobs.ts'

let count = 0

/** Opens a folder as a store; it is created with the first blob. */
export const folderBlobs = (folder: string): Blobs => {
  // Two levels, as a folder with a hundred thousand entries is slow on some file systems.
  const folderOf = (id: string): string => join(folder, id.slice(0, 2), id)
  const pathOf = (id: string, name: string): string => join(folderOf(id), name)
  return {
    put: async (id, name, path) => {
      await mkdir(folderOf(id), { recursive: true })
      try {
        await rename(path, pathOf(id, name))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
        const part = pathOf(id, `.${name}-${process.pid}-${++count}.part`)
        await copyFile(path, part)
        await rename(part, pathOf(id, name))
        await rm(path)
      }
    },
    open: async (id, name) => {
      const file = await open(pathOf(id, name)).catch(absent)
      if (!file) return undefined
      const { size } = await file.stat()
      return { size, stream: file.createReadStream() }
    },
    withFile: async (id, name, work) => {
      if (!(await stat(pathOf(id, name)).catch(absent))) throw noBlob(id, name)
      return work(pathOf(id, name))
    },
    remove: async (id, names) => {
      if (!names) return rm(folderOf(id), { recursive: true, force: true })
      for (const name of names) await rm(pathOf(id, name), { force: true })
      // The folder stays while anything is in it.
      await rmdir(folderOf(id)).catch(() => {})
    },
  }
}

const absent = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT') throw error
}
