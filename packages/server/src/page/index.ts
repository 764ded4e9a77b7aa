export { contentSecurityPolicy, isolationHeaders, pageHeaders } from './headers.ts'
export { type PageFile, type PageFiles, pageFiles } from './page-files.ts'
