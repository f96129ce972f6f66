import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import type { Admission } from './admission.js';
import type { Classifier, OnRun } from './classifier.js';
import { type Observe, createHistogram } from './histogram.js';
import type { ServerSettings } from './settings.js';

/** Where requests are counted that no route answers: whatever a stranger asks for makes no new series. */
const NO_ROUTE = 'none';

/** Seconds; a prediction takes about one millisecond, a large batch a quarter of a second. */
const REQUEST_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];
const RUN_BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1];
const BATCH_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128, 256];
/** Milliseconds between two looks at the event loop's delay; the default of 10 wakes an idle server 100 times a second. */
const LOOP_PRECISION = 50;

/** Told after each answer. */
export type RecordAnswer = (status: number, seconds: number) => void;

/** What the server counts while it answers. */
export interface Metrics {
  /** How long the answers of a route take; without one, those to requests that no route answers. */
  answersOf(route?: string): RecordAnswer;
  /** @param label its number in the model's order */
  countPrediction(label: number): void;
  /** A request that was turned away because there was too much to do. */
  countRejection(): void;
  /** What came in was not HTTP. */
  countUnparsable(): void;
}

/** A registry of the server's own; each of its series tells the API's version. */
export function createRegistry({ apiVersion }: Pick<ServerSettings, 'apiVersion'>): Registry {
  const register = new Registry();
  register.setDefaultLabels({ version: apiVersion });
  return register;
}

/** CPU, memory, garbage collection, delay of the event loop. */
export function watchProcess(register: Registry): void {
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: LOOP_PRECISION });
}

/** Watches the runs of the graph; the self-test at the start is one of them. */
export function watchRuns(register: Registry): OnRun {
  const observeDuration = createHistogram(register, {
    name: 'fortress_inference_duration_seconds',
    help: 'Time that one run of the model took, for all texts of its batch',
    buckets: RUN_BUCKETS,
  })();
  const observeSize = createHistogram(register, {
    name: 'fortress_inference_batch_size',
    help: 'Texts in one run of the model',
    buckets: BATCH_BUCKETS,
  })();
  return (texts, seconds) => {
    observeDuration(seconds);
    observeSize(texts);
  };
}

function describeModel(register: Registry, { model }: Classifier, name: string): void {
  const info = new Gauge({
    name: 'fortress_model_info',
    help: 'Which model is served; always 1',
    labelNames: ['name', 'kind', 'sha256'],
    registers: [register],
  });
  info.set({ name, kind: model.kind, sha256: model.sha256 }, 1);
}

function describeQueue(register: Registry, { pending }: Admission, limit: number): void {
  const queue: Gauge = new Gauge({
    name: 'fortress_pending_texts',
    help: 'Texts that wait or are being classified',
    registers: [register],
    collect: () => queue.set(pending()),
  });
  const bound = new Gauge({
    name: 'fortress_pending_texts_limit',
    help: 'Texts that may wait or be classified at a time; requests beyond it are turned away',
    registers: [register],
  });
  bound.set(limit);
}

/** Counted in a bare array, since it happens for each text; handed over when somebody asks. */
function countPredictions(register: Registry, labels: string[]): (label: number) => void {
  const counts = new Float64Array(labels.length);
  const counter: Counter<'label'> = new Counter({
    name: 'fortress_predictions_total',
    help: 'Predictions by label; another mix than yesterday means other texts than yesterday',
    labelNames: ['label'],
    registers: [register],
    collect: () => {
      counter.reset();
      for (const [index, label] of labels.entries()) counter.inc({ label }, counts[index] ?? 0);
    },
  });
  return (label) => {
    counts[label] = (counts[label] ?? 0) + 1;
  };
}

/** A series for each status that a route ever gives; all methods of a route share it. */
function timeAnswers(register: Registry): (route?: string) => RecordAnswer {
  const startSeries = createHistogram(register, {
    name: 'fortress_http_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer, by route and status',
    buckets: REQUEST_BUCKETS,
  });
  const start = (route: string): RecordAnswer => {
    const byStatus = new Map<number, Observe>();
    return (status, seconds) => {
      let observe = byStatus.get(status);
      if (observe === undefined) byStatus.set(status, (observe = startSeries({ route, status })));
      observe(seconds);
    };
  };
  const byRoute = new Map<string, RecordAnswer>();
  return (route = NO_ROUTE) => {
    const record = byRoute.get(route) ?? start(route);
    byRoute.set(route, record);
    return record;
  };
}

/** Registers what the server tells about itself. Once per registry. */
export function createMetrics(
  register: Registry,
  { modelName, maxPending }: Pick<ServerSettings, 'modelName' | 'maxPending'>,
  classifier: Classifier,
  admission: Admission,
): Metrics {
  describeModel(register, classifier, modelName);
  describeQueue(register, admission, maxPending);
  const rejections = new Counter({
    name: 'fortress_rejected_requests_total',
    help: 'Requests that were turned away with 503 because too many texts were pending',
    registers: [register],
  });
  const unparsable = new Counter({
    name: 'fortress_unparsable_requests_total',
    help: 'Requests that were not HTTP, too large in their head, or too slow to arrive',
    registers: [register],
  });
  return {
    answersOf: timeAnswers(register),
    countPrediction: countPredictions(register, classifier.labels),
    countRejection: () => rejections.inc(),
    countUnparsable: () => unparsable.inc(),
  };
}
