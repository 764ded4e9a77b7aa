/** What the page is opened for: files that another app shared with it, or the camera. See the manifest. */

import { takeFiles } from '../state/files.ts'
import { cameraOpen } from './camera-dialog.tsx'

const SHARED = 'animegan-shared'

/** Files that the service worker has received. */
const sharedFiles = async (): Promise<File[]> => {
  const cache = await caches.open(SHARED)
  const files: File[] = []
  for (const request of await cache.keys()) {
    const response = await cache.match(request)
    if (!response) continue
    const blob = await response.blob()
    files.push(new File([blob], decodeURIComponent(response.headers.get('X-Name') ?? 'photo'), { type: blob.type }))
  }
  await caches.delete(SHARED)
  return files
}

/** Does what the address asks for, once. */
export const answerAddress = async (): Promise<void> => {
  const asked = new URLSearchParams(location.search)
  if (asked.size === 0) return
  history.replaceState(null, '', location.pathname)
  if (asked.has('camera')) cameraOpen.value = true
  if (asked.has('shared')) await takeFiles(await sharedFiles())
}
