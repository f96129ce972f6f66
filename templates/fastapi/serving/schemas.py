"""What the API accepts and how it words what is wrong with a request."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

MAX_TEXT_LENGTH = 10_000

EXAMPLE = 'send {"sentence": "your text"}'


def _replace_lone_surrogates(value: Any) -> Any:
    """JSON can hold halves of a character, which no encoding can: they become U+FFFD."""
    if not isinstance(value, str):
        return value
    return value.encode('utf-16', 'surrogatepass').decode('utf-16', 'replace')


def _require_something_visible(text: str) -> str:
    if not text.strip():
        raise ValueError('it is empty')
    return text


Text = Annotated[
    str,
    Field(max_length=MAX_TEXT_LENGTH, examples=['I love you so much!']),
    BeforeValidator(_replace_lone_surrogates),
    AfterValidator(_require_something_visible),
]


class PredictRequest(BaseModel):
    """One sentence of at least one visible character. Other fields are ignored."""

    sentence: Text


#: By pydantic's names of what can be wrong with the sentence.
_SENTENCE_PROBLEMS = {
    'missing': f'The field "sentence" is missing; {EXAMPLE}.',
    'string_type': f'"sentence" must be a string; {EXAMPLE}.',
    'string_too_long': f'"sentence" is longer than {MAX_TEXT_LENGTH} characters.',
    'value_error': '"sentence" is empty; it must hold at least one visible character.',
}


def describe_problem(error: dict[str, Any]) -> tuple[int, str]:
    """The status and the sentence for the first thing that is wrong with a body."""
    if error['type'] == 'json_invalid':
        return 400, f'The body is not valid JSON; {EXAMPLE}.'
    if error['loc'] == ('body', 'sentence') and error['type'] in _SENTENCE_PROBLEMS:
        return 422, _SENTENCE_PROBLEMS[error['type']]
    return 422, f'The body must be a JSON object; {EXAMPLE}.'
