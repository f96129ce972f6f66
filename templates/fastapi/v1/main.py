"""Version 1 of the API: the emotion that a sentence expresses."""

from pydantic import BaseModel, Field

from serving.application import create_app, predict, serve
from serving.schemas import PredictRequest


class PredictionV1(BaseModel):
    """The most probable label."""

    label: str = Field(serialization_alias='prediction value', examples=['love'])


app = create_app('Emotion API v1', 'Tells which emotion a sentence expresses.')


# A prediction takes half a millisecond: less than to hand it to another thread. So this is `async`
# although it waits for nothing, and the process answers one request after the other.
@app.post('/predict', summary='Which emotion a sentence expresses')
async def predict_emotion(request: PredictRequest) -> PredictionV1:
    """Answers `{"prediction value": "love"}`."""
    return PredictionV1(label=predict(request.sentence).label)


if __name__ == '__main__':
    serve(app)
