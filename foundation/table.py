"""The base class of every table."""

from typing import Any

from tortoise.filters import FilterInfoDict, get_filters_for_field
from tortoise.models import MetaInfo, Model, ModelMeta


class _Forgetful(dict[str, FilterInfoDict]):
    """What Tortoise works out beforehand and `_Conditions` works out when it is asked for."""

    def update(self, *_args: Any, **_more: Any) -> None:
        """Keep nothing."""


class _Conditions(dict[str, FilterInfoDict]):
    """The conditions a table's columns can be asked with (`name__gte`), worked out for a column when one is first used.

    Tortoise works out thirty for every column of every table at start: 20 MB in each process, nearly all never used.
    """

    def __init__(self, meta: MetaInfo) -> None:
        super().__init__()
        self._meta = meta
        self._known: set[str] = set()

    def __contains__(self, key: object) -> bool:
        self._learn(str(key).split("__", 1)[0])
        return super().__contains__(key)

    def __missing__(self, key: str) -> FilterInfoDict:
        if key in self:
            return self[key]
        raise KeyError(key)

    def _learn(self, column: str) -> None:
        meta = self._meta
        if column in self._known:
            return
        self._known.add(column)
        name = meta.pk_attr if column == "pk" else column
        field = meta.fields_map.get(name)
        # A reference itself is asked about by its column, which is another field.
        if field is None or name in meta.fk_fields | meta.o2o_fields:
            return
        for key, condition in get_filters_for_field(column, field, field.source_field or name).items():
            own = meta.db.executor_class.get_overridden_filter_func(
                filter_func=condition["operator"], filter_info=condition
            )
            self[key] = FilterInfoDict(**{**condition, "operator": own}) if own else condition


class _TableMeta(ModelMeta):
    def __new__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> Any:
        """Create the class without having Tortoise read its source file or work out every condition on its columns.

        For each class, Tortoise parses the whole file for `#:` comments to copy into the database, which costs a third
        of a second at each start. Our column comments are in the migrations.
        """
        made: Any = super().__new__(cls, name, bases, {"_no_comments": True, **attrs})
        meta: MetaInfo = made._meta
        meta._filters, meta.filters = _Forgetful(), _Conditions(meta)
        return made


class Table(Model, metaclass=_TableMeta):
    """Base of our models: a Tortoise model whose class is created faster and takes less memory."""

    class Meta:
        abstract = True
