export { type Running, type ServeOptions, type Service, serve, type WorkOptions, work } from './service.ts'
