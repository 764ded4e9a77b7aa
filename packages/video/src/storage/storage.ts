/**
 * Where the files of one clip are kept while it is worked on: files by name, in a folder, in the browser's private file system or in
 * memory. A port, with an adapter for each; none of them knows what is in the files.
 */

/** A file that is being written, here and there. It is ended in one of two ways, in any case. */
export interface StorageFile {
  /** Rejects with `disk-full` when there is no more room. */
  write(data: Uint8Array, position: number): Promise<void>
  /** Ends it whole: it can be read from now on. */
  close(): Promise<void>
  /** Ends it unfinished: nothing of it is left. */
  discard(): Promise<void>
}

/** Files by name. Names are of letters, digits and dots; every write replaces what had the name. */
export interface ClipStorage {
  /** A file's size in bytes; undefined where there is no such file. */
  size(name: string): Promise<number | undefined>
  /** The bytes of a file from `start` up to `end`, or all; undefined where there is no such file. They are not to be written to. */
  read(name: string, start?: number, end?: number): Promise<Uint8Array | undefined>
  /**
   * Writes a file of these parts, one after the other. Where the process is killed meanwhile, it may be left cut short: what is read
   * back has to tell. Rejects with `disk-full` when there is no more room.
   */
  write(name: string, parts: readonly Uint8Array[]): Promise<void>
  /** Starts a file that is written in no particular order. */
  create(name: string): Promise<StorageFile>
  /** Removes a file; one that is not there is no error. */
  remove(name: string): Promise<void>
  /** Removes everything. It can be written to again. */
  clear(): Promise<void>
  /** Lets go of it; what is in it stays for whoever opens it next. */
  close(): Promise<void>
}
