"""The REST catalog's OpenAPI document, as Apache Polaris' Python client was generated from it: operations, and the shapes of what they carry.

The generated classes say which fields there are and of what types; they are read here, because what they themselves check is looser than the
document (unknown fields pass) or wrong (updates cannot be read at all).
"""

import ast
import datetime
import enum
import inspect
import re
import types
import typing

import pydantic
from apache_polaris.sdk.catalog import models
from apache_polaris.sdk.catalog.api.iceberg_catalog_api import IcebergCatalogAPI
from apache_polaris.sdk.catalog.api.iceberg_configuration_api import IcebergConfigurationAPI
from apache_polaris.sdk.catalog.api.iceberg_o_auth2_api import IcebergOAuth2API

# Null has a meaning here (`nullable` in the document), which the generated classes have lost.
NULLABLE = {("AssertRefSnapshotId", "snapshot-id"), ("LoadTableResult", "metadata-location")}

# Pieces of the document that every value of the kind satisfies; the table format says what they are.
OPAQUE = {"PrimitiveTypeValue"}


class Violation(Exception):
    """Something that was sent is not as the document says."""


class Operation:
    """One operation of the document: `updateTable` is POST /v1/{prefix}/namespaces/{namespace}/tables/{table}."""

    def __init__(self, name, function, serializer):
        source = inspect.getsource(serializer)
        self.name = name
        self.method = re.search(r"method='(\w+)'", source).group(1)
        self.template = re.search(r"resource_path='([^']+)'", source).group(1)
        answers = re.search(r"_response_types_map: [^=]+= (\{.*?\n\s*\})", inspect.getsource(function), re.S).group(1)
        self.answers = ast.literal_eval(answers)
        self.query = set(re.findall(r"_query_params.append\(\('([^']+)'", source))
        body = re.search(r"_body_params = (\w+)", source)
        self.body = type_hint(function, body.group(1)) if body else None
        without_prefix = self.template.replace("{prefix}/", "{prefix}")
        pattern = re.escape(without_prefix).replace(r"\{prefix\}", "(?:(?P<prefix>.+?)/)?")
        self.pattern = re.compile("^" + re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", pattern) + "$")

    def check_query(self, names):
        for name in names:
            if name not in self.query:
                raise Violation(f"{self.name} has no query parameter {name}")

    def check_body(self, body):
        """The fields that the document does not know."""
        if self.body is None and body is not None:
            raise Violation(f"{self.name} takes no body")
        check = Check()
        if self.body is not None:
            check.check(body, self.body, self.name)
        return check.surplus

    def check_answer(self, status, body):
        """An answer of a status that the document does not list is one of its `5XX`."""
        key = str(status) if str(status) in self.answers else "5XX" if status >= 500 else None
        if key is None and not (status in (204, 429) or status == 200):
            raise Violation(f"{self.name} does not answer {status}")
        model = self.answers.get(key)
        check = Check()
        if body is not None and model:
            check.check(body, getattr(models, model), f"{self.name} -> {status}")
        if check.surplus:
            raise Violation(check.surplus[0])


def type_hint(function, parameter):
    raw = getattr(function, "__wrapped__", function)
    return typing.get_type_hints(raw)[parameter]


def operations():
    """Every operation on tables, namespaces, configuration and tokens, by name; the more special path comes first."""
    found = []
    for api in (IcebergConfigurationAPI, IcebergOAuth2API, IcebergCatalogAPI):
        for name, function in vars(api).items():
            serializer = vars(api).get(f"_{name}_serialize")
            if serializer is not None:
                found.append(Operation(name, function, serializer))
    return sorted(found, key=lambda operation: (-len(operation.template.split("/")), operation.template.count("{")))


class Check:
    """Raises `Violation` for what is not as the document says, and collects fields that it does not know: it lets them pass."""

    def __init__(self):
        self.surplus = []

    def check(self, value, kind, place):
        """`value` is parsed JSON, `kind` a generated type."""
        origin = typing.get_origin(kind)
        if origin is typing.Annotated:
            self.check(value, typing.get_args(kind)[0], place)
        elif origin in (typing.Union, types.UnionType):
            self.check_any(value, typing.get_args(kind), place)
        elif origin in (list, set):
            require(isinstance(value, list), place, "a list", value)
            for index, item in enumerate(value):
                self.check(item, typing.get_args(kind)[0], f"{place}[{index}]")
        elif origin is dict:
            require(isinstance(value, dict), place, "an object", value)
            for key, item in value.items():
                self.check(item, typing.get_args(kind)[1], f"{place}.{key}")
        elif kind is typing.Any or kind is object:
            return
        elif kind is type(None):
            require(value is None, place, "null", value)
        elif kind is bool:
            require(isinstance(value, bool), place, "a boolean", value)
        elif kind is int:
            require(isinstance(value, int) and not isinstance(value, bool), place, "an integer", value)
        elif kind is float:
            require(isinstance(value, (int, float)) and not isinstance(value, bool), place, "a number", value)
        elif kind in (str, bytes, datetime.date):
            require(isinstance(value, str), place, "a text", value)
        elif isinstance(kind, type) and issubclass(kind, enum.Enum):
            require(value in {item.value for item in kind}, place, f"one of {[item.value for item in kind]}", value)
        elif isinstance(kind, type) and issubclass(kind, pydantic.BaseModel):
            self.check_model(value, kind, place)
        else:
            raise Violation(f"{place}: the check knows no type {kind}")

    def check_any(self, value, kinds, place):
        problems = []
        for kind in kinds:
            try:
                return self.check(value, kind, place)
            except Violation as problem:
                problems.append(str(problem))
        raise Violation(problems[0])

    def check_model(self, value, model, place):
        if model.__name__ in OPAQUE:
            return
        alternatives = alternatives_of(model)
        if alternatives is not None:
            by_name = {name: getattr(models, name, {"str": str}.get(name)) for name in alternatives}
            tagged = tagged_update(value) if model.__name__ == "TableUpdate" else None
            if tagged is not None:
                return self.check_model(value, by_name[tagged], place)
            if model.__name__ == "TableUpdate":
                raise Violation(f"{place}: there is no such update")
            return self.check_any(value, list(by_name.values()), place)
        require(isinstance(value, dict), place, "an object", value)
        mapping = getattr(model, f"_{model.__name__}__discriminator_value_class_map", None)
        if mapping:
            tag = value.get(getattr(model, f"_{model.__name__}__discriminator_property_name"))
            if tag not in mapping:
                raise Violation(f"{place}: {tag} is none of {sorted(mapping)}")
            model = getattr(models, mapping[tag])
        self.check_fields(value, model, place)

    def check_fields(self, value, model, place):
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        is_open = fields.pop("additional_properties", None) is not None
        for key, item in value.items():
            if key in fields:
                if item is None and (model.__name__, key) in NULLABLE:
                    continue
                self.check(item, fields[key].annotation, f"{place}.{key}")
            elif is_open:
                self.check(item, str, f"{place}.{key}")
            else:
                self.surplus.append(f"{place}: {model.__name__} has no field {key}")
        for key, field in fields.items():
            if field.is_required() and key not in value:
                raise Violation(f"{place}: {model.__name__} must have {key}")
        self.check_enumerations(value, model, place)

    def check_enumerations(self, value, model, place):
        """The lists of allowed texts, which the generated classes hold in validators."""
        for name, field in model.model_fields.items():
            validator = vars(model).get(f"{name}_validate_enum")
            text = value.get(field.alias or name)
            if validator is None or text is None:
                continue
            source = inspect.getsource(getattr(validator, "__func__", validator))
            allowed = ast.literal_eval(re.search(r"set\((\[.*?\])\)", source).group(1))
            if text not in allowed:
                raise Violation(f"{place}.{field.alias or name}: {text} is none of {allowed}")


def alternatives_of(model):
    """The names of the types that a value may be of, for a model that is nothing but a choice."""
    for name in ("one_of_schemas", "any_of_schemas"):
        field = model.model_fields.get(name)
        if field is not None:
            return field.default
    return None


def tagged_update(value):
    mapping = getattr(models.BaseUpdate, "_BaseUpdate__discriminator_value_class_map", {})
    return mapping.get(value.get("action")) if isinstance(value, dict) else None


def require(is_right, place, expected, value):
    if not is_right:
        raise Violation(f"{place}: expected {expected}, found {type(value).__name__}")
