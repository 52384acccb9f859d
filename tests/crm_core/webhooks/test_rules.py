"""Pauses grow and vary, addresses are read strictly, and every offered event contains only its own facts."""

import dataclasses
from datetime import timedelta

import pytest

from crm_core.webhooks.catalogue import OFFERED
from crm_core.webhooks.rules import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    MOST_TRIES,
    asked_to_wait,
    keeps_failing,
    pause_before,
    secret_of,
)
from crm_core.webhooks.targets import numeric_host, problem_of_url
from tests import factories as make

NOW = make.slot(10)


def test_pauses_double_up_to_the_longest_and_vary_by_a_fifth():
    middle = [pause_before(number, 0.5) for number in range(1, MOST_TRIES + 1)]
    assert middle[0] == FIRST_PAUSE
    assert middle[1] == 2 * FIRST_PAUSE
    assert middle[-1] == LONGEST_PAUSE
    assert pause_before(1, 0.0) == 0.8 * FIRST_PAUSE
    assert pause_before(1, 1.0) == 1.2 * FIRST_PAUSE
    assert timedelta(hours=36) < sum(middle, timedelta()) < timedelta(hours=60)


def test_a_target_is_paused_after_many_failures_over_hours():
    assert not keeps_failing(9, NOW - timedelta(days=1), NOW)
    assert not keeps_failing(50, NOW - timedelta(hours=3), NOW)
    assert keeps_failing(10, NOW - timedelta(hours=4), NOW)


def test_a_busy_target_may_ask_for_time():
    assert asked_to_wait(429, "120") == timedelta(minutes=2)
    assert asked_to_wait(503, "99999999") == LONGEST_PAUSE
    assert asked_to_wait(500, "120") is None
    assert asked_to_wait(429, "Wed, 21 Oct 2026 07:28:00 GMT") is None


@pytest.mark.parametrize(
    "url",
    [
        "http://dms.example.cn/", "https://", "https://user:secret@dms.example.cn/", "https://dms.example.cn/#a",
        "https://dms.example.cn:22/", "https://dms.example.cn:99999/", "https://dms.example.cn/a b",
        "https://例子.cn/", "file:///etc/passwd", "gopher://dms.example.cn/", "https://a.cn/" + "x" * 300,
        "https://2130706433/", "https://0x7f000001/", "https://127.1/", "https://localhost/", "https://dms./",
    ],
)  # fmt: skip
def test_addresses_nobody_needs_are_refused_in_words(url: str):
    assert problem_of_url(url, may_be_plain=False)


def test_an_ordinary_address_is_taken():
    assert problem_of_url("https://dms.example.cn:8443/hooks?store=1", may_be_plain=False) is None
    assert problem_of_url("http://10.3.0.7/hooks", may_be_plain=True) is None
    assert problem_of_url("http://dms/hooks", may_be_plain=True) is None
    assert problem_of_url("https://[2400:3200::1]/hooks", may_be_plain=False) is None


def test_only_a_number_is_a_numeric_host():
    assert numeric_host("https://[::1]:8443/") == "::1"
    assert numeric_host("https://10.0.0.1/") == "10.0.0.1"
    assert numeric_host("https://dms.example.cn/") is None


def test_a_secret_follows_from_its_salt_and_the_installation():
    assert secret_of("one", "a") != secret_of("one", "b")
    assert secret_of("one", "a") != secret_of("two", "a")


@pytest.mark.parametrize("offered", OFFERED, ids=lambda one: one.event.name)
def test_what_is_told_of_an_event_is_among_its_facts(offered):
    names = {field.name for field in dataclasses.fields(offered.event)}
    assert set(offered.facts) <= names
    # Free text and names of people never leave.
    assert not {"by", "reason", "words", "body"} & set(offered.facts)
