"""The prediction API as the course designs it: one route, scikit-learn in the handler."""

import joblib
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()
model = joblib.load("/app/model.joblib")


class Body(BaseModel):
    sentence: str


@app.post("/predict")
def predict(body: Body):
    return {"prediction value": model.predict([body.sentence])[0]}
