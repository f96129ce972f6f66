"""Trains the course's pipeline. Usage: train.py CORPUS MODEL; a corpus is {"texts": [...], "labels": [...]}"""

import json
import sys

import joblib
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

corpus_file, model_file = sys.argv[1:]
with open(corpus_file, encoding="utf-8") as source:
    corpus = json.load(source)
pipeline = make_pipeline(TfidfVectorizer(max_features=5000), LogisticRegression(max_iter=1000))
pipeline.fit(corpus["texts"], corpus["labels"])
joblib.dump(pipeline, model_file)
