import { memoryStorage } from './memory-storage.ts'
import { describeStorage } from './storage-testing.ts'

describeStorage('memory', async () => memoryStorage())
