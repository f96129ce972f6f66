"""A text classifier in an ONNX file: texts in, one probability per label out.

The file holds the whole pipeline, tokenizer and vocabulary included, so that neither
scikit-learn nor the code of the training is needed to serve it.
"""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Read when the library is loaded: it shall not report usage to its makers.
os.environ.setdefault('ORT_DISABLE_TELEMETRY', '1')

import numpy as np  # noqa: E402
import onnxruntime as ort  # noqa: E402

#: Two texts that are asked before the model serves anybody.
PROBES = ('What a lovely morning!', 'I lost my keys and it rains again.')
#: How far float32 probabilities may be from adding up to 1.
TOLERANCE = 1e-3

#: From the name of an output and one text to what the graph gives.
Ask = Callable[[str, str], Any]
#: From one text to its probabilities, in the order of the labels.
Run = Callable[[str], list[float]]


class ModelError(Exception):
    """The file cannot be served; the message says why."""


@dataclass(frozen=True)
class Prediction:
    """What the model says of one text."""

    label: str
    probabilities: dict[str, float]


@dataclass(frozen=True)
class Classifier:
    """A loaded model that has proved itself."""

    labels: list[str]
    #: Of the file.
    sha256: str
    run: Run

    def predict(self, text: str) -> Prediction:
        """The most probable label, and how probable each one is, to six decimals."""
        probabilities = self.run(text)
        best = max(range(len(self.labels)), key=probabilities.__getitem__)
        rounded = (round(probability, 6) for probability in probabilities)
        return Prediction(self.labels[best], dict(zip(self.labels, rounded, strict=True)))


def load_classifier(path: str) -> Classifier:
    """Loads a model, finds its inputs, outputs and labels, and tries it on two texts.

    Raises:
        ModelError: naming the file and what is wrong with it.
    """
    content = _read(path)
    session = _open_session(content, path)
    labels, run = _find_probabilities(session, _find_input(session, path), path)
    _self_test(labels, run, path)
    return Classifier(labels, hashlib.sha256(content).hexdigest(), run)


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ModelError(f'cannot read the model {path}: {error.strerror}') from error


def _open_session(content: bytes, path: str) -> ort.InferenceSession:
    """One thread: replicas are how this scales, and threads only make latency uneven."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # What it would write is also in what it raises.
    try:
        return ort.InferenceSession(content, options, providers=['CPUExecutionProvider'])
    except Exception as error:  # Its exceptions have no base class of their own.
        raise ModelError(f'onnxruntime cannot load {path}: {error}') from error


def _find_input(session: ort.InferenceSession, path: str) -> Ask:
    """How to ask for one output for one text; the input is a list or a column of texts."""
    inputs = session.get_inputs()
    if len(inputs) != 1 or not _takes_texts(inputs[0]):
        expected = 'one string input [texts] or [texts, 1]'
        raise ModelError(f'{path} takes no texts: expected {expected}, found {_list(inputs)}')
    name = inputs[0].name
    shape = [1] * len(inputs[0].shape)

    def ask(output: str, text: str) -> Any:
        return session.run([output], {name: np.array([text], dtype=object).reshape(shape)})[0]

    return ask


def _takes_texts(value: ort.NodeArg) -> bool:
    if value.type != 'tensor(string)' or len(value.shape) not in (1, 2):
        return False
    texts, *width = value.shape
    return width in ([], [1]) and (texts == 1 or not isinstance(texts, int))


def _find_probabilities(
    session: ort.InferenceSession, ask: Ask, path: str
) -> tuple[list[str], Run]:
    """The labels and how to get their probabilities, in either form that skl2onnx gives them."""
    outputs = session.get_outputs()
    matrix = _the_one(outputs, lambda value: value.type == 'tensor(float)' and _rank(value) == 2)
    if matrix is not None:
        return _stored_labels(session, path), lambda text: ask(matrix.name, text)[0].tolist()
    # A list with one table for each text, from label to probability.
    table = _the_one(outputs, lambda value: value.type.startswith('seq(map('))
    if table is not None:
        labels = list(ask(table.name, PROBES[0])[0])
        return [str(label) for label in labels], lambda text: _row(ask(table.name, text), labels)
    expected = 'a float output [texts, labels]'
    raise ModelError(f'{path} gives no probabilities: expected {expected}, found {_list(outputs)}')


def _the_one(values: list[ort.NodeArg], fits: Callable[[ort.NodeArg], bool]) -> ort.NodeArg | None:
    """The one value that fits; of several the one that is called so."""
    fitting = [value for value in values if fits(value)]
    named = [value for value in fitting if 'prob' in value.name.lower()]
    found = fitting if len(fitting) == 1 else named
    return found[0] if len(found) == 1 else None


def _rank(value: ort.NodeArg) -> int:
    return len(value.shape)


def _row(tables: list[dict[Any, float]], labels: list[Any]) -> list[float]:
    return [tables[0][label] for label in labels]


def _list(values: list[ort.NodeArg]) -> str:
    return '; '.join(f'{value.name}: {value.type} {value.shape}' for value in values) or 'none'


def _stored_labels(session: ort.InferenceSession, path: str) -> list[str]:
    """The names in the metadata of the file, in the order of their probabilities."""
    try:
        labels = json.loads(session.get_modelmeta().custom_metadata_map['labels'])
    except (KeyError, ValueError):
        labels = None
    if isinstance(labels, list) and all(isinstance(label, str) for label in labels):
        return labels
    raise ModelError(f'{path} lacks the names of its labels: a JSON array as metadata "labels"')


def _self_test(labels: list[str], run: Run, path: str) -> None:
    """Only running it tells whether there are probabilities, and one for each label."""
    for text in PROBES:
        row = run(text)
        if len(row) != len(labels):
            raise ModelError(f'{path} has {len(labels)} labels for {len(row)} probabilities')
        in_range = all(-TOLERANCE <= value <= 1 + TOLERANCE for value in row)
        if not in_range or abs(sum(row) - 1) > TOLERANCE:
            shown = ', '.join(f'{value:.3g}' for value in row[:5])
            raise ModelError(f'{path} gives scores, not probabilities: {shown} … for "{text}"')
