"""The OpenAPI 3.1 document of every declared endpoint, from the same schemas that check requests."""

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema
from sanic import HTTPResponse

from foundation.web.api import LARGEST_ID, LONGEST_PATH_TEXT, Api, Endpoint, RawJson

_REF = "#/components/schemas/{model}"
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "details"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "details": {"type": "object"},
            },
        }
    },
}


def document(title: str, version: str) -> dict[str, Any]:
    """Build the document; names of schemas are the class names."""
    inputs = [(e.body, "validation") for e in Api.registry if e.body] + [
        (e.query, "validation") for e in Api.registry if e.query
    ]
    _, definitions = models_json_schema(inputs, ref_template=_REF)  # type: ignore[arg-type]
    schemas: dict[str, Any] = dict(definitions.get("$defs", {}))
    paths: dict[str, Any] = {}
    for endpoint in Api.registry:
        operation = _operation(endpoint, schemas)
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = operation
    schemas["Error"] = _ERROR
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {"session": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(endpoint: Endpoint, schemas: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": f"{endpoint.api}_{endpoint.handler.__name__}",
        "summary": endpoint.summary,
        "tags": [endpoint.handler.__module__.rsplit(".", 1)[-1]],
        "parameters": _parameters(endpoint, schemas),
        "responses": _responses(endpoint, schemas),
    }
    if endpoint.needs_actor:
        operation["security"] = [{"session": []}]
    if endpoint.body is not None:
        reference = {"$ref": _REF.format(model=endpoint.body.__name__)}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": reference}}}
    return operation


def _parameters(endpoint: Endpoint, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": _path_schema(kind),
        }
        for name, kind in endpoint.path_parameters.items()
    ]
    if endpoint.query is not None:
        shape = schemas[endpoint.query.__name__]
        parameters += [
            {"name": name, "in": "query", "required": name in shape.get("required", []), "schema": schema}
            for name, schema in shape["properties"].items()
        ]
    if endpoint.takes_key:
        pattern = {"type": "string", "pattern": "^[A-Za-z0-9_.:-]{8,80}$"}
        parameters.append({"name": "Idempotency-Key", "in": "header", "required": False, "schema": pattern})
    return parameters


def _path_schema(kind: Any) -> dict[str, Any]:
    if kind is int:
        return {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
    return {"type": "string", "maxLength": LONGEST_PATH_TEXT, **TypeAdapter(kind).json_schema()}


def _responses(endpoint: Endpoint, schemas: dict[str, Any]) -> dict[str, Any]:
    error = {"content": {"application/json": {"schema": {"$ref": _REF.format(model="Error")}}}}
    responses: dict[str, Any] = {
        str(status): {"description": HTTPStatus(status).phrase, **error} for status in (404, 409, 422, 429, 502)
    }
    if endpoint.needs_actor:
        responses["401"] = {"description": "Unauthorized", **error}
        responses["403"] = {"description": "Forbidden", **error}
    if endpoint.answer in (None, type(None)):
        responses["204"] = {"description": "Done"}
    elif endpoint.answer is HTTPResponse:
        responses[str(endpoint.status)] = {"description": "Not JSON: a file or a stream"}
    else:
        schema = _answer_schema(endpoint.answer, schemas)
        responses[str(endpoint.status)] = {
            "description": HTTPStatus(endpoint.status).phrase,
            "content": {"application/json": {"schema": schema}},
        }
    return dict(sorted(responses.items()))


def _answer_schema(answer: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    if answer is RawJson:
        return {}
    shape = TypeAdapter(answer).json_schema(ref_template=_REF, mode="serialization")
    for name, definition in shape.pop("$defs", {}).items():
        schemas.setdefault(name, definition)
    if isinstance(answer, type) and issubclass(answer, BaseModel) and "$ref" not in shape:
        name = answer.__name__.replace("[", "_").replace("]", "")
        schemas.setdefault(name, shape)
        return {"$ref": _REF.format(model=name)}
    return shape
