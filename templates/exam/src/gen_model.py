"""Trains the emotion classifier and writes it as one ONNX file, which the APIs serve.

    pip install -r src/requirements-train.txt
    python3 src/gen_model.py tweet_emotions.csv --output model/model.onnx

The data is a CSV file with a column of texts and a column of labels. The recipe is the course's:
TfidfVectorizer(max_features=5000) and LogisticRegression. The file holds all of it, from the bare
text to the probabilities, so that no API can prepare texts otherwise than the training did.
"""

import argparse
import csv
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, classification_report, f1_score, log_loss
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline

TEST_SHARE = 0.2
MAX_FEATURES = 5000
#: How far the probabilities of the ONNX file may be from scikit-learn's.
TOLERANCE = 1e-4
#: Texts that are compared at a time; each one is a row of MAX_FEATURES numbers.
BATCH = 1000

OPSET = 18
IR_VERSION = 8


def parse_arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description='Trains the emotion classifier.')
    parser.add_argument('data', type=Path, help='CSV file with texts and labels')
    parser.add_argument('--output', type=Path, default=Path('model/model.onnx'))
    parser.add_argument(
        '--text', default='content', help='column of the texts (default: %(default)s)'
    )
    parser.add_argument(
        '--label', default='sentiment', help='column of the labels (default: %(default)s)'
    )
    parser.add_argument('--seed', type=int, default=42, help='of the split (default: %(default)s)')
    return parser.parse_args()


def read_data(path: Path, text: str, label: str) -> tuple[list[str], list[str]]:
    """Texts and their labels; rows that lack either are left out."""
    try:
        with path.open(encoding='utf-8', newline='') as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        sys.exit(f'cannot read {path}: {error.strerror}')
    if not rows or text not in rows[0] or label not in rows[0]:
        found = ', '.join(map(str, rows[0])) if rows else 'no rows'
        sys.exit(f'{path} lacks the column "{text}" or "{label}"; it has {found}')
    complete = [row for row in rows if (row[text] or '').strip() and row[label]]
    return [row[text] for row in complete], [row[label] for row in complete]


def build_pipeline() -> Pipeline:
    """The recipe, not yet trained."""
    return Pipeline(
        [
            ('features', TfidfVectorizer(max_features=MAX_FEATURES)),
            ('classifier', LogisticRegression(max_iter=1000)),
        ]
    )


def evaluate(texts: list[str], labels: list[str], seed: int) -> None:
    """Prints what a model trained on the other rows says of held-out ones.

    A text that is also among the training rows proves nothing and is not asked.
    """
    train_texts, test_texts, train_labels, test_labels = train_test_split(
        texts, labels, test_size=TEST_SHARE, stratify=labels, random_state=seed
    )
    known = set(train_texts)
    held_out = [
        (text, label)
        for text, label in zip(test_texts, test_labels, strict=True)
        if text not in known
    ]
    asked, truth = [text for text, _ in held_out], [label for _, label in held_out]

    pipeline = build_pipeline().fit(train_texts, train_labels)
    probabilities = pipeline.predict_proba(asked)
    predicted = pipeline.classes_[probabilities.argmax(axis=1)]
    commonest = max(set(train_labels), key=train_labels.count)
    guessing = accuracy_score(truth, [commonest] * len(truth))
    macro_f1 = f1_score(truth, predicted, average='macro', zero_division=0.0)

    print(f'Trained on {len(train_texts)} rows, tested on {len(asked)} others:')
    print(f'  accuracy  {accuracy_score(truth, predicted):.4f}')
    print(f'            {guessing:.4f} for always saying "{commonest}"')
    print(f'  macro-F1  {macro_f1:.4f}')
    print(f'  log loss  {log_loss(truth, probabilities, labels=pipeline.classes_):.4f}')
    print(classification_report(truth, predicted, zero_division=0.0))


def to_onnx(pipeline: Pipeline) -> onnx.ModelProto:
    """The trained pipeline as a graph: `text` in, `label` and `probabilities` out.

    By hand, since the usual converter replaces scikit-learn's idea of a word by one that splits
    "naïve" at its third letter.
    """
    labels = [str(label) for label in pipeline.classes_]
    graph = helper.make_graph(
        [*_token_nodes(), *_feature_nodes(pipeline['features']), _classifier_node(pipeline)],
        'emotion',
        [helper.make_tensor_value_info('text', TensorProto.STRING, ['texts', 1])],
        [
            helper.make_tensor_value_info('label', TensorProto.STRING, ['texts']),
            helper.make_tensor_value_info(
                'probabilities', TensorProto.FLOAT, ['texts', len(labels)]
            ),
        ],
        [
            numpy_helper.from_array(np.array([-1], np.int64), 'one_dimension'),
            numpy_helper.from_array(np.array([1], np.int64), 'last_axis'),
            numpy_helper.from_array(np.array(1e-20, np.float32), 'tiny'),
        ],
    )
    opsets = [('', OPSET), ('ai.onnx.ml', 1), ('com.microsoft', 1)]
    model = helper.make_model(
        graph,
        ir_version=IR_VERSION,
        producer_name='gen_model.py',
        opset_imports=[helper.make_opsetid(domain, version) for domain, version in opsets],
    )
    helper.set_model_props(model, {'labels': json.dumps(labels)})
    onnx.checker.check_model(model)
    return model


def _token_nodes() -> list[onnx.NodeProto]:
    """`text` → `tokens`: two letters, digits or _ or more, in lower case, as in scikit-learn."""
    return [
        helper.make_node('Reshape', ['text', 'one_dimension'], ['texts']),
        # This locale is there on every Linux; the default one, en_US.UTF-8, is not.
        helper.make_node(
            'StringNormalizer', ['texts'], ['lower'], case_change_action='LOWER', locale='C.UTF-8'
        ),
        helper.make_node(
            'Tokenizer',
            ['lower'],
            ['tokens'],
            domain='com.microsoft',
            tokenexp=r'[\pL\pN_]{2,}',
            mark=0,
            mincharnum=1,
            pad_value='',
        ),
    ]


def _feature_nodes(vectorizer: TfidfVectorizer) -> list[onnx.NodeProto]:
    """`tokens` → `features`: counts times idf, each row of length 1."""
    words = [str(word) for word in vectorizer.get_feature_names_out()]
    return [
        helper.make_node(
            'TfIdfVectorizer',
            ['tokens'],
            ['weighted'],
            mode='TFIDF',
            min_gram_length=1,
            max_gram_length=1,
            max_skip_count=0,
            ngram_counts=[0],
            ngram_indexes=list(range(len(words))),
            pool_strings=words,
            weights=vectorizer.idf_.tolist(),
        ),
        helper.make_node('ReduceL2', ['weighted', 'last_axis'], ['length'], keepdims=1),
        helper.make_node('Max', ['length', 'tiny'], ['safe_length']),
        helper.make_node('Div', ['weighted', 'safe_length'], ['features']),
    ]


def _classifier_node(pipeline: Pipeline) -> onnx.NodeProto:
    """`features` → `label`, `probabilities`."""
    classifier: LogisticRegression = pipeline['classifier']
    return helper.make_node(
        'LinearClassifier',
        ['features'],
        ['label', 'probabilities'],
        domain='ai.onnx.ml',
        classlabels_strings=[str(label) for label in classifier.classes_],
        coefficients=classifier.coef_.ravel().tolist(),
        intercepts=classifier.intercept_.tolist(),
        multi_class=1,
        post_transform='SOFTMAX',
    )


def compare(model: onnx.ModelProto, pipeline: Pipeline, texts: list[str]) -> float:
    """The largest difference between the file's probabilities and scikit-learn's."""
    session = ort.InferenceSession(model.SerializeToString(), providers=['CPUExecutionProvider'])
    largest = 0.0
    for start in range(0, len(texts), BATCH):
        batch = texts[start : start + BATCH]
        column: NDArray[np.object_] = np.array(batch, dtype=object).reshape(-1, 1)
        (found,) = session.run(['probabilities'], {'text': column})
        largest = max(largest, float(np.abs(found - pipeline.predict_proba(batch)).max()))
    return largest


def main() -> None:
    """Evaluates on held-out rows, trains on all rows, writes and proves the file."""
    arguments = parse_arguments()
    texts, labels = read_data(arguments.data, arguments.text, arguments.label)
    evaluate(texts, labels, arguments.seed)

    pipeline = build_pipeline().fit(texts, labels)
    model = to_onnx(pipeline)
    difference = compare(model, pipeline, texts)
    if difference > TOLERANCE:
        sys.exit(f'the ONNX model differs from scikit-learn by {difference:.1e}: not written')
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_bytes(model.SerializeToString())
    print(
        f'Wrote {arguments.output}, trained on all {len(texts)} rows; its probabilities are those'
    )
    print(f'of scikit-learn to {difference:.1e}.')


if __name__ == '__main__':
    main()
