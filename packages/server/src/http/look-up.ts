/**
 * Looks up single jobs for many who ask at the same time: while one look into the queue is under way, whoever asks waits for
 * the next, which is for all of them. So the database has one such question at a time, however large the crowd.
 */
import type { JobRecord } from '../queue/job.ts'

/**
 * Makes the function that looks up a job; undefined if there is none. What it answers is never older than the question.
 *
 * @param find asks the queue for jobs
 */
export const createLookUp = (
  find: (ids: readonly string[]) => Promise<JobRecord[]>,
): ((id: string) => Promise<JobRecord | undefined>) => {
  let last: Promise<unknown> = Promise.resolve()
  let next: { readonly ids: Set<string>; readonly found: Promise<Map<string, JobRecord>> } | undefined

  const gather = (): NonNullable<typeof next> => {
    const ids = new Set<string>()
    const found = last.then(async () => {
      next = undefined
      return new Map((await find([...ids])).map((job) => [job.id, job]))
    })
    last = found.catch(() => {})
    return { ids, found }
  }
  return async (id) => {
    next ??= gather()
    next.ids.add(id)
    return (await next.found).get(id)
  }
}
