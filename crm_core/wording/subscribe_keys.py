"""Maps each of our subscribe fields to a key of the account's template.

An account picks its templates from WeChat's library, and the library decides keys such as `thing1`. So they are a
setting, `WEDEALER_WEIXIN__SUBSCRIBE_KEYS_FILE`: a JSON file like `templates/messages/subscribe_keys.demo.json` with,
per message id, `{"template_id": …, "keys": {our field: platform key}}`.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from crm_core.wording.catalogue import TEMPLATES, Catalogue, ChannelFile, SubscribeSpec, catalogue
from crm_core.wording.facts import MessageProblem
from crm_core.wording.rendering import SubscribeContent
from foundation.settings import get_settings

DEMO_KEYS = TEMPLATES / "subscribe_keys.demo.json"

# Types of platform keys that also accept the values of a field, besides the field's own type.
_ALSO_FITS = {"time": {"date"}, "phrase": {"thing"}, "number": {"character_string"}}
_KEY = re.compile(r"([a-z_]+)\d{1,3}")


class SubscribeTemplate(BaseModel):
    """One template of the account."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    template_id: str
    keys: dict[str, str]


@dataclass(frozen=True)
class SubscribeRequest:
    """What `subscribeMessage.send` takes besides the openid."""

    template_id: str
    page: str
    data: dict[str, dict[str, str]]


@dataclass(frozen=True)
class SubscribeTemplateMap:
    """The account's templates by message id."""

    templates: dict[str, SubscribeTemplate]

    @classmethod
    def load(cls, path: Path | None = None) -> "SubscribeTemplateMap":
        """Read a map; None reads that of the demo.

        Raises:
            MessageProblem: the file is missing or malformed.
        """
        try:
            content = json.loads((path or DEMO_KEYS).read_text(encoding="utf-8"))
            return cls(TypeAdapter(dict[str, SubscribeTemplate]).validate_python(content))
        except (OSError, json.JSONDecodeError, ValidationError) as wrong:
            raise MessageProblem(f"subscribe keys file cannot be read: {wrong}") from wrong

    def template_id(self, message_id: str) -> str:
        """The account's template for a message; the mini program asks for the owner's accept with it.

        Raises:
            MessageProblem: the account has none.
        """
        return self._template(message_id).template_id

    def request(self, content: SubscribeContent) -> SubscribeRequest:
        """Bind rendered fields to the account's keys.

        Raises:
            MessageProblem: a field has no key.
        """
        template = self._template(content.message_id)
        data = {}
        for field in content.fields:
            if field.field not in template.keys:
                raise MessageProblem(f"{content.message_id}: no platform key for field {field.field}")
            data[template.keys[field.field]] = {"value": field.value}
        return SubscribeRequest(template.template_id, content.page, data)

    def problems(self, messages: Catalogue) -> list[str]:
        """What is missing or does not fit, in Chinese, for `wedealer check`; an empty list is fine."""
        found = []
        for message in messages:
            spec = message.channels.get(ChannelFile.SUBSCRIBE)
            if isinstance(spec, SubscribeSpec):
                found += self._problems_of(message.id, spec)
        known = {message.id for message in messages}
        return found + [f"{extra}：没有这条消息，可以从配置里删掉" for extra in self.templates if extra not in known]

    def _problems_of(self, message_id: str, spec: SubscribeSpec) -> list[str]:
        template = self.templates.get(message_id)
        if template is None:
            return [f"{message_id}「{spec.title}」：还没有配置模板 ID 和字段"]
        found = [] if template.template_id else [f"{message_id}「{spec.title}」：模板 ID 是空的"]
        for field in spec.fields:
            fitting = {field.key_type} | _ALSO_FITS.get(field.key_type, set())
            key = _KEY.fullmatch(template.keys.get(field.field, ""))
            if key is None:
                found.append(f"{message_id}「{field.label}」：没有配置平台字段（像 {field.key_type}1）")
            elif key[1] not in fitting:
                found.append(f"{message_id}「{field.label}」：要 {field.key_type} 类型的字段，配置的是 {key[0]}")
        surplus = template.keys.keys() - {field.field for field in spec.fields}
        found += [f"{message_id}：多出的字段 {name}" for name in sorted(surplus)]
        if len(set(template.keys.values())) < len(template.keys):
            found.append(f"{message_id}：有两个字段用了同一个平台字段")
        return found

    def _template(self, message_id: str) -> SubscribeTemplate:
        try:
            return self.templates[message_id]
        except KeyError:
            raise MessageProblem(f"no platform template is configured for {message_id}") from None


@lru_cache(maxsize=1)
def subscribe_templates() -> SubscribeTemplateMap:
    """The account's map from the file named in the settings, read once per process."""
    return SubscribeTemplateMap.load(get_settings().weixin.subscribe_keys_file)


def subscribe_title(message: str) -> str:
    """The title of a message in WeChat's pop-up, by its id or folder: 「预约结果通知」."""
    return subscribe_spec(message).title


def subscribe_spec(message: str) -> SubscribeSpec:
    """The subscribe message of an id or folder."""
    spec = catalogue().message(message).channels[ChannelFile.SUBSCRIBE]
    assert isinstance(spec, SubscribeSpec)
    return spec
