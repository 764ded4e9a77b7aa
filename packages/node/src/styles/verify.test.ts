/** Git blob ids, against git's own. */
import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { gitBlobId } from './verify.ts'

it('computes the same blob id as git', () => {
  const content = Buffer.from('hello\n')
  // git hash-object of a file that contains hello.
  expect(gitBlobId(content)).toBe('ce013625030ba8dba906f756967f9e9ca394464a')
  expect(createHash('sha1').update('x').digest('hex')).not.toBe(gitBlobId(Buffer.from('x')))
})
