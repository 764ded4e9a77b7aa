/**
 * A clip's files in a browser's private file system, tested on a fake that follows the File System standard: open files
 * cannot be opened again or removed, and space is limited. apps/web's clip tests run in a real browser.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { describeStorage } from '../../../video/src/storage/testing.ts'
import { clearPrivateStorages, openPrivateStorage } from './private-storage.ts'

const failure = (name: string): DOMException => new DOMException(name, name)

class FakeFile {
  readonly kind = 'file'
  bytes = new Uint8Array()
  modified = Date.now()
  open = false

  constructor(private readonly room: { left: number }) {}

  async getFile(): Promise<File> {
    return new File([this.bytes.slice()], 'x', { lastModified: this.modified })
  }

  async createSyncAccessHandle() {
    if (this.open) throw failure('NoModificationAllowedError')
    this.open = true
    return {
      truncate: (size: number): void => this.resize(size),
      write: (data: Uint8Array, { at }: { at: number }): number => {
        if (!this.open) throw failure('InvalidStateError')
        if (at + data.length > this.bytes.length) this.resize(at + data.length)
        this.bytes.set(data, at)
        return data.length
      },
      flush: (): void => {
        if (!this.open) throw failure('InvalidStateError')
      },
      close: (): void => {
        this.open = false
      },
    }
  }

  private resize(size: number): void {
    if (size - this.bytes.length > this.room.left) throw failure('QuotaExceededError')
    this.room.left -= size - this.bytes.length
    const bytes = new Uint8Array(size)
    bytes.set(this.bytes.subarray(0, size))
    this.bytes = bytes
  }
}

class FakeFolder {
  readonly kind = 'directory'
  readonly inside = new Map<string, FakeFile | FakeFolder>()

  constructor(private readonly room: { left: number }) {}

  async getDirectoryHandle(name: string, { create = false } = {}): Promise<FakeFolder> {
    return this.get(name, create, () => new FakeFolder(this.room)) as FakeFolder
  }

  async getFileHandle(name: string, { create = false } = {}): Promise<FakeFile> {
    return this.get(name, create, () => new FakeFile(this.room)) as FakeFile
  }

  async removeEntry(name: string, { recursive = false } = {}): Promise<void> {
    const found = this.inside.get(name)
    if (!found) throw failure('NotFoundError')
    const files = found instanceof FakeFolder ? [...found.inside.values()] : [found]
    if (found instanceof FakeFolder && files.length > 0 && !recursive) throw failure('InvalidModificationError')
    if (files.some((file) => file instanceof FakeFile && file.open)) throw failure('NoModificationAllowedError')
    this.inside.delete(name)
  }

  async *entries() {
    yield* [...this.inside.entries()]
  }

  async *values() {
    yield* [...this.inside.values()]
  }

  private get(name: string, create: boolean, make: () => FakeFile | FakeFolder): FakeFile | FakeFolder {
    const found = this.inside.get(name) ?? (create ? make() : undefined)
    if (!found) throw failure('NotFoundError')
    this.inside.set(name, found)
    return found
  }
}

/** Locks like navigator's: one holder per name; others wait or are refused. */
const fakeLocks = () => {
  const held = new Map<string, Promise<unknown>>()
  return {
    request: async (
      name: string,
      { signal, ifAvailable }: { signal?: AbortSignal; ifAvailable?: boolean },
      work: (lock: object | null) => Promise<unknown> | undefined,
    ): Promise<unknown> => {
      if (held.has(name) && ifAvailable) return work(null)
      while (held.has(name)) {
        const given = new Promise((_, reject) => signal?.addEventListener('abort', () => reject(failure('AbortError'))))
        await Promise.race([held.get(name), given])
      }
      const done = Promise.resolve(work({ name }))
      held.set(name, done)
      done.finally(() => held.delete(name))
      return done
    },
  }
}

let root: FakeFolder
let room: { left: number }
beforeEach(() => {
  room = { left: 1e9 }
  root = new FakeFolder(room)
  vi.stubGlobal('navigator', { storage: { getDirectory: async () => root }, locks: fakeLocks() })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const keys = async (): Promise<string[]> => [
  ...((await root.getDirectoryHandle('clips', { create: true })).inside.keys() as Iterable<string>),
]

describeStorage('private storage', () => openPrivateStorage('a'))

it("finds an earlier tab's files, and leaves nothing when cleared", async () => {
  const first = await openPrivateStorage('a')
  await first.write('x', [Uint8Array.of(1, 2)])
  await first.close()
  const second = await openPrivateStorage('a')
  expect(await second.read('x')).toEqual(Uint8Array.of(1, 2))
  expect(await keys()).toEqual(['a'])
  await second.clear()
  await second.remove('x')
  expect(await second.read('x')).toBeUndefined()
  expect(await keys()).toEqual([])
  await second.close()
})

it('returns a file without copying it', async () => {
  const storage = await openPrivateStorage('a')
  await storage.write('x', [Uint8Array.of(1, 2)])
  const blob = (await storage.blob('x'))!
  expect([...new Uint8Array(await blob.arrayBuffer())]).toEqual([1, 2])
  expect(await storage.blob('y')).toBeUndefined()
})

it('reports a full disk, and leaves nothing of the file', async () => {
  const storage = await openPrivateStorage('a')
  room.left = 100
  await expect(storage.write('x', [new Uint8Array(90), new Uint8Array(20)])).rejects.toMatchObject({
    code: 'disk-full',
  })
  expect(await storage.size('x')).toBeUndefined()
  const file = await storage.create('y')
  await file.write(new Uint8Array(5), 0)
  room.left = 0
  await expect(file.write(new Uint8Array(500), 0)).rejects.toMatchObject({ code: 'disk-full' })
  await file.discard()
  expect(await storage.size('y')).toBeUndefined()
})

describe('is in memory', () => {
  it('when another tab keeps it, without touching its files', async () => {
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.timeout(5))
    const first = await openPrivateStorage('a')
    await first.write('x', [Uint8Array.of(1)])
    const second = await openPrivateStorage('a')
    expect(await second.read('x')).toBeUndefined()
    await second.write('x', [Uint8Array.of(2)])
    expect([...new Uint8Array(await (await second.blob('x'))!.arrayBuffer())]).toEqual([2])
    expect(await first.read('x')).toEqual(Uint8Array.of(1))
  })

  it('without a private file system', async () => {
    const getDirectory = () => Promise.reject(failure('SecurityError'))
    vi.stubGlobal('navigator', { storage: { getDirectory }, locks: fakeLocks() })
    const storage = await openPrivateStorage('a')
    await storage.write('x', [Uint8Array.of(2)])
    expect(await storage.read('x')).toEqual(Uint8Array.of(2))
    await expect(clearPrivateStorages()).rejects.toThrow()
  })
})

it('is deleted a week after it was last written to, unless it is open', async () => {
  for (const [key, days] of [
    ['old', 8],
    ['young', 6],
    ['open', 8],
  ] as const) {
    const storage = await openPrivateStorage(key)
    await storage.write('x', [Uint8Array.of(1)])
    const folder = await (await root.getDirectoryHandle('clips')).getDirectoryHandle(key)
    ;(await folder.getFileHandle('x')).modified = Date.now() - days * 86_400_000
    if (key !== 'open') await storage.close()
  }
  await clearPrivateStorages()
  expect((await keys()).sort()).toEqual(['open', 'young'])
})
