import { memoryStorage } from './memory-storage.ts'
import { describeStorage } from './testing.ts'

describeStorage('memory', async () => memoryStorage())
