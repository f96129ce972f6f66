"""What the API counts for Prometheus."""

from prometheus_client import REGISTRY, Counter, Gauge, Histogram

REQUESTS = Histogram(
    'fortress_http_request_duration_seconds',
    'Time from the head of a request to the end of its answer, by route and status',
    ['version', 'route', 'status'],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1),
    registry=REGISTRY,
)
RUNS = Histogram(
    'fortress_inference_duration_seconds',
    'Time that one run of the model took',
    ['version'],
    buckets=(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1),
    registry=REGISTRY,
)
PREDICTIONS = Counter(
    'fortress_predictions_total',
    'Predictions by label; another mix than yesterday means other texts than yesterday',
    ['version', 'label'],
    registry=REGISTRY,
)
MODEL = Gauge(
    'fortress_model_info',
    'Which model is served; always 1',
    ['version', 'name', 'kind', 'sha256'],
    registry=REGISTRY,
)
