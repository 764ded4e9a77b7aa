/** Starts the page. */
import { render } from 'preact'
import { answerAddress } from './page/address.ts'
import { App } from './page/app.tsx'
import './page/page.css'
import { stayAwake } from './state/awake.ts'
import { startOffline } from './state/offline.ts'
import { startQueue } from './state/queue.ts'
import { startSession } from './state/session.ts'
import { recallStyles } from './state/styles.ts'

render(<App />, document.getElementById('app')!)
void recallStyles().then(startQueue)
void startSession()
void answerAddress()
void startOffline()
stayAwake()
