"""Why asking for a part, or an answer to it, is refused."""

from foundation.errors import NotFound, Refused


class PartAskNotFound(NotFound):
    """Nobody asked for this, or not in this actor's stores."""

    message = "没找到这条申领。"


class WordsMissing(Refused):
    """Nobody can look for a part without a word about it."""

    code = "words_missing"
    message = "请写要什么配件。"


class AnswerMissing(Refused):
    """A technician who gets no part has to read why."""

    code = "answer_missing"
    message = "请写不给的原因，技师会看到。"
