"""The web application that both versions of the API are made of."""

import signal
import sys
import time
from functools import cache

import uvicorn
from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from serving.classifier import Classifier, ModelError, Prediction, load_classifier
from serving.envelope import Envelope
from serving.metrics import MODEL, PREDICTIONS, RUNS
from serving.problems import add_problem_handlers
from serving.settings import Settings, read_settings

#: Seconds; longer than gateways keep idle connections (60), so that none writes into a closed one.
KEEP_ALIVE = 75
#: Seconds that requests in flight have to end when the server is told to stop.
GRACE = 4


@cache
def _settings() -> Settings:
    return read_settings()


@cache
def _classifier() -> Classifier:
    """Loaded once, before the server listens."""
    settings = _settings()
    classifier = load_classifier(settings.model_path)
    MODEL.labels(settings.api_version, settings.model_name, 'text', classifier.sha256).set(1)
    return classifier


def predict(sentence: str) -> Prediction:
    """Asks the model and counts what it says."""
    version = _settings().api_version
    start = time.perf_counter()
    prediction = _classifier().predict(sentence)
    RUNS.labels(version).observe(time.perf_counter() - start)
    PREDICTIONS.labels(version, prediction.label).inc()
    return prediction


def create_app(title: str, description: str) -> FastAPI:
    """An application with `/health` and `/metrics`; the routes of a version are added to it."""
    app = FastAPI(title=title, description=description, redirect_slashes=False)
    app.add_middleware(Envelope, settings=_settings())
    add_problem_handlers(app)

    @app.get('/health', summary='Whether the server has its model and takes requests')
    async def health() -> dict[str, str]:
        _classifier()
        return {'status': 'alive'}

    @app.get('/metrics', summary='Figures for Prometheus', response_class=Response)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return app


def serve(app: FastAPI) -> None:
    """Runs until SIGTERM, which ends the program with code 0 after the requests in flight."""
    # As process 1 of a container, only signals that are listened to arrive. uvicorn has its own
    # listener while it serves, and raises the signal anew when it is done.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    settings = _settings()
    try:
        _classifier()
    except ModelError as error:
        sys.exit(f'model server: {error}')
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,  # Envelope writes one, in JSON.
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
    )
