"""The base class of every table."""

from typing import Any

from tortoise.models import Model, ModelMeta


class _TableMeta(ModelMeta):
    def __new__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> Any:
        """Create the class without having Tortoise read its source file.

        For each class, Tortoise parses the whole file for `#:` comments to copy into the database, which costs a third
        of a second at each start. Our column comments are in the migrations.
        """
        return super().__new__(cls, name, bases, {"_no_comments": True, **attrs})


class Table(Model, metaclass=_TableMeta):
    """Base of our models: a Tortoise model whose class is created faster."""

    class Meta:
        abstract = True
