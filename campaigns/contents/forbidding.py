"""Words that the group does not use in campaigns, beside those that law and WeChat forbid everybody."""

from typing import Final

from foundation.reading import Query, read_model


@read_model
class _Forbidden:
    word: str
    reason: str


_WORDS: Final = Query(_Forbidden, "SELECT word, reason FROM forbidden_word WHERE is_active ORDER BY word")


async def words() -> dict[str, str]:
    """The words with the reason why the group does not use each."""
    return {one.word: one.reason for one in await _WORDS.all()}
