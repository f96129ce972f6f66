"""Every answer that is not a success has the same form, whatever went wrong."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from serving.schemas import EXAMPLE, describe_problem


def problem(status: int, message: str, request_id: str) -> JSONResponse:
    """The body of such an answer; `request_id` finds the request in the log."""
    body = {
        'statusCode': status,
        'error': HTTPStatus(status).phrase,
        'message': message,
        'request_id': request_id,
    }
    return JSONResponse(body, status)


async def _answer_invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    status, message = describe_problem(error.errors()[0])
    return problem(status, message, request.state.request_id)


async def _answer_http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    path = request.url.path
    allowed = (error.headers or {}).get('Allow')
    messages = {
        400: f'The body is not valid JSON; {EXAMPLE}.',
        404: f'There is nothing at {path}.',
        405: f'{request.method} is not possible at {path}; use {allowed}.',
    }
    message = messages.get(error.status_code, error.detail)
    answer = problem(error.status_code, message, request.state.request_id)
    answer.headers.update(error.headers or {})
    return answer


def add_problem_handlers(app: FastAPI) -> None:
    """Replaces the forms that FastAPI and Starlette give to errors."""
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http_error)
