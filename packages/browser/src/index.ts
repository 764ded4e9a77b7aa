export { clearPrivateStorages, openPrivateStorage, type PrivateStorage } from './storage/private-storage.ts'
