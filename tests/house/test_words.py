"""One word for one thing: words that the glossary replaced do not come back."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from app.embedded.state import REPOSITORY

PACKAGES = (
    "app",
    "benchmarks",
    "bot",
    "campaigns",
    "console",
    "crm_core",
    "foundation",
    "integrations",
    "miniprogram",
    "miniprogram_api",
    "partner_api",
    "scheduler",
    "scripts",
    "simulator",
    "tests",
    "web",
)
NAMED_PEOPLE = ("tests/stories/", "simulator/web/src/story/")
"""The story has people with names, and 王芳 is a woman."""

GIVEN_UP = {
    r"vehicle_?claim|claimant": "binding request, applicant",
    r"claim_?number|claim_?seconds|claim_?age": "payer_approval_number; lease",
    r"send_?batch|BatchState|batch_number": "send task",
    r"broadcasts\.planning|(?<!standing_)plan_id\b": "drafting; broadcast_id",
    r"\b(is_quoted|quoted_at|quote_ready)\b|HeaderState\.QUOTED": "estimate",
    r"(?<!oauth2/)\b_?authorized?\b": "authorise",
    r"\bAUTHORIZED\b": "AUTHORISED",
    r"\brejected\b|rejection|\breject_|_rejects?\b|\b(def|deciding\.)\s*reject\b": "refuse; decline",
    r"refusal_signature|refuse_estimate|estimate/refusal|send-tasks/[^\s]*/refusal": "decline",
}
"""Words that had two meanings, or were a second word for one thing, with the glossary's word instead."""
PLATFORMS_OWN = ("integrations/", "simulator/", "tests/integrations/", "tests/simulator/", "tests/browser/conftest.py")
"""Code that represents a platform, or names an event of the browser, may use the words of those."""


def _sources(*endings: str) -> Iterator[tuple[str, str]]:
    for package in PACKAGES:
        for path in sorted((REPOSITORY / package).rglob("*")):
            name = str(path.relative_to(REPOSITORY))
            if path.suffix in endings and not re.search(r"node_modules|/dist/|schema\.d\.ts|__pycache__", name):
                yield name, path.read_text("utf-8")


def _remarks_of_python(text: str) -> Iterator[tuple[int, str]]:
    """Comments, docstrings, also those below a field, summaries of doors and names of functions, each with its line."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value
        if isinstance(node, ast.keyword) and node.arg == "summary" and isinstance(node.value, ast.Constant):
            yield node.lineno, str(node.value.value)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, node.name.replace("_", " ")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _remarks_of_the_web(text: str) -> Iterator[tuple[int, str]]:
    for found in re.finditer(r"/\*.*?\*/|(?<![:'\"`])//[^\n]*|<!--.*?-->", text, re.DOTALL):
        yield text.count("\n", 0, found.start()) + 1, found[0]


def test_a_person_is_they_or_their_role():
    """A comment says "they" or the person's role, never "he"."""
    person = re.compile(r"\b(he|she|his|him|her|hers|himself|herself)\b", re.IGNORECASE)
    found = [
        f"{name}:{line} {word[0]}"
        for name, text in _sources(".py", ".ts", ".vue")
        if not name.startswith(NAMED_PEOPLE)
        and name != "tests/house/test_words.py"
        and person.search(text.replace("_", " "))
        for line, remark in (_remarks_of_python(text) if name.endswith(".py") else _remarks_of_the_web(text))
        if (word := person.search(remark))
    ]
    assert found == []


def test_words_that_were_given_up_do_not_come_back():
    found = [
        f"{name}:{text.count(chr(10), 0, word.start()) + 1} {word[0]} → {instead}"
        for name, text in _sources(".py", ".ts", ".vue", ".toml", ".json", ".html")
        if name not in ("tests/house/test_words.py", "tests/app/test_migrations.py")
        and not name.startswith(PLATFORMS_OWN)
        for given_up, instead in GIVEN_UP.items()
        for word in re.finditer(given_up, text, re.IGNORECASE)
    ]
    assert found == []


def test_a_read_of_several_rows_is_named_by_whose_they_are():
    """`of_store`, `of_customer`, `of_day`; `of_reader` is everything the actor may see. Not `list_…` in one room and
    `all_…` in the next.
    """
    found = [
        f"{name}:{node.lineno} {node.name}"
        for name, text in _sources(".py")
        if name.startswith(("crm_core/", "campaigns/"))
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and re.match(r"(list|all|get|fetch)_|(list|all)(ed)?$", node.name)
    ]
    assert found == []
