#!/usr/bin/env -S MALLOC_TRIM_THRESHOLD_=131072 node
// glibc keeps ever larger freed memory the longer a clip is; with this, its own first threshold, it gives it back: a tenth
// less at the same speed. npm's links on Windows set it too, where nothing reads it.
import { main } from '../dist/main.js'

process.exitCode = await main(process.argv.slice(2))
