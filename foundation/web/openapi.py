"""The OpenAPI 3.1 document of every declared endpoint, made from the same schemas that validate requests."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, get_args, get_origin

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode, JsonSchemaValue
from sanic import HTTPResponse

from foundation.web.api import LARGEST_ID, LONGEST_PATH_TEXT, Api, Endpoint, RawJson, StoredFile

Shapes = dict[tuple[Any, JsonSchemaMode], JsonSchemaValue]
"""The schema of a body, query or answer, as it is read (validation) or written (serialization)."""

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


def document(title: str, version: str, *, audience: str | None = None) -> dict[str, Any]:
    """Build the document of every door, or of the one of this `audience`. A schema has the name of its class; a class
    that is both read and written has two schemas.

    Raises:
        ValueError: two classes share a name, so a reader could not tell which is meant.
    """
    endpoints = [endpoint for endpoint in Api.registry if audience in (None, endpoint.api)]
    shapes, schemas = _shapes(endpoints)
    paths: dict[str, Any] = {}
    for endpoint in endpoints:
        operation = _operation(endpoint, shapes, schemas)
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = operation
    # Query schemas are not listed: the operations list each of their fields as a parameter.
    for query in {endpoint.query for endpoint in endpoints if endpoint.query}:
        del schemas[_name(shapes[query, "validation"])]
    schemas["Error"] = _ERROR
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": "/", "description": "The address this document came from"}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {"session": {"type": "http", "scheme": "bearer"}},
        },
    }


def _shapes(endpoints: Sequence[Endpoint]) -> tuple[Shapes, dict[str, Any]]:
    """The JSON schema of each body, query and answer, and the named schemas they refer to."""
    wanted: dict[tuple[Any, JsonSchemaMode], None] = {}
    for endpoint in endpoints:
        wanted |= {(shape, "validation"): None for shape in (endpoint.body, endpoint.query) if shape}
        if not _is_opaque(endpoint.answer):
            wanted[_answer(endpoint), "serialization"] = None
    adapters = [((shape, mode), mode, TypeAdapter(shape)) for shape, mode in wanted]
    shapes, definitions = TypeAdapter.json_schemas(adapters, ref_template=_REF)
    schemas = definitions.get("$defs", {})
    # Pydantic puts the module (with `__`) in front of class names that are not unique.
    if doubled := sorted(name for name in schemas if "__" in name):
        raise ValueError(f"names of schemas stand twice: {', '.join(doubled)}")
    return {asked: shape for (asked, _), shape in shapes.items()}, schemas


def _is_opaque(answer: Any) -> bool:
    return answer in (None, type(None), HTTPResponse, StoredFile)


def _answer(endpoint: Endpoint) -> Any:
    """The shape of the answer, also where PostgreSQL has built its JSON (`RawJson`)."""
    if get_origin(endpoint.answer) is RawJson:
        return get_args(endpoint.answer)[0]
    return endpoint.answer


def _name(reference: JsonSchemaValue) -> str:
    return str(reference["$ref"]).rsplit("/", 1)[-1]


def _operation(endpoint: Endpoint, shapes: Shapes, schemas: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": f"{endpoint.api}_{endpoint.handler.__name__}",
        "summary": endpoint.summary,
        "tags": [endpoint.handler.__module__.rsplit(".", 1)[-1]],
        "parameters": _parameters(endpoint, shapes, schemas),
        "responses": _responses(endpoint, shapes),
        # Stated for public endpoints too: an empty list says that nobody needs to be signed in.
        "security": [{"session": []}] if endpoint.needs_actor else [],
    }
    if endpoint.body is not None:
        shape = shapes[endpoint.body, "validation"]
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": shape}}}
    return operation


def _parameters(endpoint: Endpoint, shapes: Shapes, schemas: dict[str, Any]) -> list[dict[str, Any]]:
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
        shape = schemas[_name(shapes[endpoint.query, "validation"])]
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


def _responses(endpoint: Endpoint, shapes: Shapes) -> dict[str, Any]:
    error = {"content": {"application/json": {"schema": {"$ref": _REF.format(model="Error")}}}}
    responses: dict[str, Any] = {
        str(status): {"description": HTTPStatus(status).phrase, **error} for status in (404, 409, 422, 429, 502)
    }
    if endpoint.needs_actor:
        responses["401"] = {"description": "Unauthorized", **error}
        responses["403"] = {"description": "Forbidden", **error}
    if endpoint.answer in (None, type(None)):
        responses["204"] = {"description": "Done"}
    elif endpoint.answer in (HTTPResponse, StoredFile):
        responses[str(endpoint.status)] = {"description": "Not JSON: a file or a stream"}
    else:
        schema = shapes[_answer(endpoint), "serialization"]
        responses[str(endpoint.status)] = {
            "description": HTTPStatus(endpoint.status).phrase,
            "content": {"application/json": {"schema": schema}},
        }
    return dict(sorted(responses.items()))
