"""What the environment of the container says."""

import os
import socket
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """All settings have defaults, so that an API also runs by itself."""

    model_path: str
    #: Of the model, in the metrics.
    model_name: str
    #: Echoed in every answer, which shows the route that a request took.
    api_version: str
    #: Which replica this is: the name of its container unless something else is said.
    instance_id: str
    host: str
    port: int
    #: Bytes that a request body may have.
    body_limit: int


def _text(name: str, default: str) -> str:
    """An empty variable counts as one that is not set."""
    return os.environ.get(name, '').strip() or default


def _integer(name: str, default: int, maximum: int) -> int:
    text = _text(name, str(default))
    if text.isascii() and text.isdigit() and 1 <= int(text) <= maximum:
        return int(text)
    sys.exit(f'{name}={text} is not a whole number from 1 to {maximum}')


def read_settings() -> Settings:
    """Reads the environment; ends the program with a sentence where a value cannot be used."""
    return Settings(
        model_path=_text('MODEL_PATH', 'model/model.onnx'),
        model_name=_text('MODEL_NAME', 'model'),
        api_version=_text('API_VERSION', 'v1'),
        instance_id=_text('INSTANCE_ID', socket.gethostname()),
        host=_text('HOST', '0.0.0.0'),
        port=_integer('PORT', 8000, 65_535),
        body_limit=_integer('BODY_LIMIT', 64 * 1024, 64 * 1024 * 1024),
    )
