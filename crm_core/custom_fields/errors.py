"""What can be refused."""

from foundation.errors import InvalidInput


class CustomValueNotAccepted(InvalidInput):
    """A value does not fit its field; details carry the field's `code`."""

    code = "custom_value"
    message = "填写的内容和字段不符。"


class CustomFieldUnknown(InvalidInput):
    """No field of this code is in use here."""

    code = "custom_field_unknown"
    message = "没有这个自定义字段，或已经停用。"
