/**
 * Traces by OpenTelemetry: a span for each request and each task, in one trace for each job. Only where the environment
 * names a collector (`OTEL_EXPORTER_OTLP_ENDPOINT`, or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`), because the packages are
 * optional and are loaded then; else nothing is recorded. Spans say what was done and how it ended, and nothing of anybody.
 */
import { AnimeganError } from '@animegan/graph/error'

/** What is said of a span. */
export type Facts = Readonly<Record<string, string | number>>

/** Something that takes time. */
export interface Span {
  /** Names it to its children, as in the header `traceparent`; undefined where nothing is recorded. */
  readonly parent: string | undefined
  end(name: string, facts: Facts, failed: boolean): void
}

export interface Tracing {
  /** Starts a span; `parent` as of another span, or as a client sent it. */
  start(kind: 'request' | 'task', parent: string | undefined): Span
  /** Sends what is not sent yet. */
  close(): Promise<void>
}

const NOTHING: Tracing = {
  start: () => ({ parent: undefined, end: () => {} }),
  close: async () => {},
}

const PACKAGES = [
  '@opentelemetry/api',
  '@opentelemetry/sdk-trace-base',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/resources',
]

/** Opens tracing as the environment says. Rejects with one line if a collector is named and a package is missing. */
export const openTracing = async (environment: NodeJS.ProcessEnv = process.env): Promise<Tracing> => {
  const named = environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? environment.OTEL_EXPORTER_OTLP_ENDPOINT
  if (!named) return NOTHING
  const [api, base, otlp, resources] = await load().catch((error) => {
    throw new AnimeganError('not-found', `traces need packages: npm install ${PACKAGES.join(' ')} (${error.message})`)
  })
  const provider = new base.BasicTracerProvider({
    resource: resources.resourceFromAttributes({ 'service.name': environment.OTEL_SERVICE_NAME ?? 'animegan' }),
    spanProcessors: [new base.BatchSpanProcessor(new otlp.OTLPTraceExporter())],
  })
  const tracer = provider.getTracer('animegan')
  return {
    start: (kind, parent) => {
      const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(parent ?? '') ?? []
      const above = traceId
        ? api.trace.setSpanContext(api.ROOT_CONTEXT, {
            traceId,
            spanId,
            traceFlags: Number.parseInt(flags, 16),
            isRemote: true,
          })
        : api.ROOT_CONTEXT
      const span = tracer.startSpan(kind, { kind: KINDS[kind] }, above)
      const { traceId: trace, spanId: id, traceFlags } = span.spanContext()
      return {
        parent: `00-${trace}-${id}-${traceFlags.toString(16).padStart(2, '0')}`,
        end: (name, facts, failed) => {
          span.updateName(name).setAttributes(facts)
          if (failed) span.setStatus({ code: ERROR })
          span.end()
        },
      }
    },
    // A collector that is away costs no more than its spans.
    close: () => provider.shutdown().catch(() => {}),
  }
}

/** Numbers of OpenTelemetry: SpanKind's SERVER and CONSUMER, and SpanStatusCode's ERROR. */
const KINDS = { request: 1, task: 4 } as const
const ERROR = 2

const load = () =>
  Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ])
