/**
 * The page at a service that offers to draw: nothing leaves the device before the visitor agrees, nor when the service is
 * busy. The service is the real one, over a database of its own.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Running, type ServeOptions, type Service, serve, work } from '../../../packages/server/src/service.ts'
import { hasPostgres, type TestDatabase, temporaryFolder, testDatabase } from '../../../packages/server/src/testing.ts'
import { openFiles, photo, Site, settled, type TestFile } from './browser.ts'

const why = hasPostgres ? '' : ' (skipped: Postgres is not installed)'
describe.skipIf(why)(`at a service that offers to draw${why}`, () => {
  const folder = temporaryFolder()
  let database: TestDatabase
  let service: Service
  let worker: Running | undefined
  let site: Site
  let large: TestFile
  const parts = () => ({
    database: (database.place as { url: string }).url,
    blobs: `${folder.path}/blobs`,
    threads: 1,
    memory: 2048,
    tell: () => {},
  })
  beforeAll(async () => {
    large = await photo(1000, 750, 'jpeg')
    database = await testDatabase()
    site = await Site.open()
    const options: ServeOptions = {
      ...parts(),
      host: '127.0.0.1',
      port: 0,
      state: folder.path,
      workers: 0,
      maxWait: 600,
      quota: 100,
      keep: 7200,
      maxBytes: 30e6,
      maxPixels: 50e6,
      maxSeconds: 30,
      proxies: 0,
      offers: true,
      version: '0.0.0',
    }
    service = await serve(options)
  })
  afterAll(async () => {
    await site?.close()
    await worker?.close(0)
    await service?.close(0)
    await database?.close()
    folder.remove()
  })

  /** A visitor of the service whose device has learned that it draws a pixel in so many milliseconds. */
  const visit = async (pace: number) => {
    const { page, requests, complaints } = await site.visit({ faces: true, baseURL: service.url })
    await page.context().addInitScript((rate) => localStorage.setItem('animegan.pace.sora.wasm', rate), `${pace}`)
    await page.goto('/')
    await page.waitForSelector('h1')
    requests.length = 0
    // The service worker repeats them.
    return { page, complaints, asked: () => [...new Set(requests.filter((url) => url.includes('/v1/')))] }
  }
  /** Opens a photo that takes this device some seconds. */
  const draw = async (page: Awaited<ReturnType<typeof visit>>['page']): Promise<void> => {
    await openFiles(page, [large])
    await page.getByTestId('effect-fine').check({ force: true })
  }

  it('offers nothing on a device that is fast, and sends nothing', async () => {
    const { page, asked } = await visit(0.0001)
    expect(await page.locator('.lead').textContent()).toMatch(/uploaded only if you press/)
    await openFiles(page, [await photo(64)])
    expect(await settled(page)).toBe('done')
    expect(await page.getByTestId('service-offer').count()).toBe(0)
    expect(asked()).toEqual([])
    await page.context().close()
  })

  it('says what happens before anything leaves a weak device, and draws here when the service is busy', async () => {
    const { page, asked, complaints } = await visit(0.1)
    await draw(page)
    const offer = page.getByTestId('service-offer')
    await offer.waitFor()
    expect(await offer.textContent()).toMatch(/minutes? .*leaves your device.*after 2 hours/)
    expect(asked()).toEqual([])
    await page.getByTestId('send').click()
    await page.getByTestId('notice').waitFor()
    expect(await page.getByTestId('notice').textContent()).toMatch(/busy.*Your device draws/)
    expect(asked()).toEqual([`${service.url}/v1/load`])
    expect(await settled(page)).toBe('done')
    expect(await page.locator('.made-by').textContent()).toMatch(/processor/)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('has it drawn there once the visitor agrees, and leaves nothing there', async () => {
    worker = await work({ ...parts(), workers: 1 })
    const { page, asked, complaints } = await visit(0.1)
    await draw(page)
    await page.getByTestId('send').click()
    expect(await settled(page, 170_000)).toBe('done')
    expect(await page.locator('.made-by').textContent()).toMatch(/server.*1,?000 × 750/)
    const id = /jobs\/([0-9a-f-]{36})/.exec(asked().join(' '))?.[1]
    await expect.poll(async () => (await fetch(`${service.url}/v1/jobs/${id}`)).status).toBe(404)
    expect(complaints).toEqual([])
    await page.context().close()
  })
})
