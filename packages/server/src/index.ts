export { type Database, type DatabasePlace, openDatabase } from './database/database.ts'
