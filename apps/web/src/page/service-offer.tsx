/** Asks whether a photo that this device draws slowly may be sent to the service, and says what becomes of it there. */
import { duration, messages, number } from '../i18n/language.ts'
import type { Item } from '../state/items.ts'
import { sendToService } from '../state/queue.ts'
import { decline, keptHours, secondsHere } from '../state/service.ts'
import { Icon } from './icons.tsx'

export const ServiceOffer = ({ item, now, fraction }: { item: Item; now: number; fraction: number }) => {
  const words = messages.value.service
  const seconds = secondsHere(item, now, fraction)
  if (seconds === undefined || keptHours === undefined) return null
  return (
    <div class="notice service-offer" data-testid="service-offer">
      <Icon name="bulb" />
      <p>{words.offer(duration(seconds), number(keptHours), keptHours)}</p>
      <div class="service-choice">
        <button type="button" class="button small" data-testid="send" onClick={() => sendToService(item.key)}>
          {words.send}
        </button>
        <button type="button" class="button small quiet" data-testid="stay" onClick={() => decline(item.key)}>
          {words.stay}
        </button>
      </div>
    </div>
  )
}
