/** Downloads that are given up or not begun. The command's tests cover downloading and checking. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { download } from './download.ts'

it('gives up on a silent server', async () => {
  const server = createServer((_, response) => response.write('a'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slow`
  await expect(download(address, { limit: 100, patience: 200 })).rejects.toThrow('nothing came for 0.2 s')
  server.closeAllConnections()
  server.close()
})

it('connects only to https servers', async () => {
  await expect(download('http://example.org/x', { limit: 100 })).rejects.toThrow('expected an https address')
  await expect(download('file:///etc/passwd', { limit: 100 })).rejects.toThrow('expected an https address')
})
