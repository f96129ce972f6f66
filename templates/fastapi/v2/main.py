"""Version 2 of the API, for debugging: the emotion, and how probable each one is."""

from pydantic import BaseModel, Field

from serving.application import create_app, predict, serve
from serving.schemas import PredictRequest


class PredictionV2(BaseModel):
    """The most probable label, and the probabilities of all labels, which add up to 1."""

    label: str = Field(serialization_alias='prediction value', examples=['love'])
    prediction_proba_dict: dict[str, float] = Field(examples=[{'love': 0.94, 'sadness': 0.06}])


app = create_app('Emotion API v2', 'Tells which emotion a sentence expresses, and how surely.')


# A prediction takes half a millisecond: less than to hand it to another thread. So this is `async`
# although it waits for nothing, and the process answers one request after the other.
@app.post('/predict', summary='Which emotion a sentence expresses, and how surely')
async def predict_emotion(request: PredictRequest) -> PredictionV2:
    """Answers `{"prediction value": "love", "prediction_proba_dict": {"anger": 0.01, …}}`."""
    prediction = predict(request.sentence)
    return PredictionV2(label=prediction.label, prediction_proba_dict=prediction.probabilities)


if __name__ == '__main__':
    serve(app)
