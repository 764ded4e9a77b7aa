/**
 * The service worker: keeps the page for use without a connection, and adds the headers that a static host does not
 * send. File names contain a hash of the content, so cached files never go stale; the page itself is updated with the
 * service worker. Files that another app shares with the page wait here until it takes them. Sends nothing anywhere.
 */

interface Facts {
  readonly version: string
  /** Files of the page, cached from the start. */
  readonly page: readonly string[]
  /** Large files, cached on first use. */
  readonly later: readonly string[]
  readonly headers: Readonly<Record<string, string>>
}

declare const __FACTS__: Facts
declare const self: ServiceWorkerGlobalScope

const facts: Facts = __FACTS__
const CACHE = 'animegan'
/** Where other apps send what is shared with the page (see the manifest), and where it waits; src/page/address.ts takes it. */
const SHARE = 'share'
const SHARED = 'animegan-shared'
const urlOf = (name: string): string => new URL(name, self.registration.scope).href
const page = urlOf('index.html')
const kept = new Set([...facts.page, ...facts.later].map(urlOf))

/** The same response with the headers; bodies are streamed through. */
const withHeaders = (response: Response): Response => {
  const headers = new Headers(response.headers)
  for (const [name, value] of Object.entries(facts.headers)) headers.set(name, value)
  // A redirected response may not answer a navigation, so a new response is always made.
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}

const install = async (): Promise<void> => {
  const cache = await caches.open(CACHE)
  const missing = []
  for (const url of facts.page.map(urlOf)) {
    if (url !== page && !(await cache.match(url))) missing.push(url)
  }
  await cache.addAll(missing)
  // Last, so that the files it refers to are already cached.
  await cache.add(new Request(page, { cache: 'no-cache' }))
  await self.skipWaiting()
}

/** Deletes what this version does not need, unless an already open page may still need it. */
const forget = async (): Promise<void> => {
  if ((await self.clients.matchAll({ type: 'window' })).length > 1) return
  const cache = await caches.open(CACHE)
  for (const request of await cache.keys()) if (!kept.has(request.url)) await cache.delete(request)
}

const answer = async (request: Request): Promise<Response> => {
  const { href, origin, pathname } = new URL(request.url)
  const url = request.mode === 'navigate' && origin + pathname === self.registration.scope ? page : href
  const cache = await caches.open(CACHE)
  const cached = await cache.match(url)
  if (cached) return withHeaders(cached)
  const response = await fetch(request)
  // Without storage space, the page still works.
  if (response.status === 200 && kept.has(url)) await cache.put(url, response.clone()).catch(() => {})
  return response.status === 0 ? response : withHeaders(response)
}

/** Keeps shared files, and opens the page. */
const receive = async (request: Request): Promise<Response> => {
  const form = await request.formData()
  const cache = await caches.open(SHARED)
  for (const [i, file] of form.getAll('files').entries()) {
    if (typeof file === 'string') continue
    const headers = { 'Content-Type': file.type, 'X-Name': encodeURIComponent(file.name) }
    await cache.put(urlOf(`shared/${i}`), new Response(file, { headers }))
  }
  return Response.redirect(urlOf('?shared'), 303)
}

self.addEventListener('install', (event) => event.waitUntil(install()))
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method === 'POST' && request.url === urlOf(SHARE)) {
    event.respondWith(receive(request))
    return
  }
  if (request.method !== 'GET' || !request.url.startsWith(self.registration.scope)) return
  event.respondWith(answer(request))
  if (request.mode === 'navigate') event.waitUntil(forget())
})
