"""The files for a server agree with the code and the how-to pages: commands, settings, metrics and alarms."""

import re
import shlex
from pathlib import Path
from typing import Final

import yaml
from click.testing import CliRunner

from app import cli
from app.embedded.state import REPOSITORY
from foundation import metrics
from foundation.settings import Settings

FILES: Final = REPOSITORY / "app" / "production"
HOW_TO: Final = (REPOSITORY / "docs" / "how-to" / "run-in-production.md").read_text()
ALARMS: Final = (REPOSITORY / "docs" / "how-to" / "watch-it-run.md").read_text()


def _units() -> dict[str, str]:
    return {file.name: file.read_text() for file in FILES.glob("wedealer*.service")}


def _rules() -> dict[str, str]:
    (group,) = yaml.safe_load((FILES / "wedealer.rules.yml").read_text())["groups"]
    return {rule["alert"]: rule["expr"] for rule in group["rules"]}


def test_each_unit_starts_a_command_there_is() -> None:
    commands = re.findall(r"^ExecStart=/opt/wedealer/current/bin/wedealer (\S+)$", "\n".join(_units().values()), re.M)
    assert sorted(commands) == ["scheduler", "serve", "worker"]
    assert set(commands) <= set(cli.main.commands)


def test_each_setting_is_one_we_read_and_none_that_production_needs_is_missing() -> None:
    named = set(re.findall(r"\b(WEDEALER_[A-Z0-9_]+)=", (FILES / "wedealer.env").read_text()))
    assert named >= set(Settings.model_construct().missing_secrets())
    for name in named | set(re.findall(r"\b(WEDEALER_[A-Z0-9_]+)=", "\n".join(_units().values()))):
        group, _, field = name.removeprefix("WEDEALER_").lower().partition("__")
        known = type(getattr(Settings.model_construct(), group)).model_fields if field else Settings.model_fields
        assert (field or group) in known, name


def test_every_alarm_asks_for_a_figure_we_show_by_labels_it_has() -> None:
    labels: dict[str, set[str]] = {}
    for registry in (metrics.ours, metrics.standing):
        for collector in registry._collector_to_names:
            for name in registry._collector_to_names[collector]:
                labels[name] = set(vars(collector)["_labelnames"])
    asked = [found for expr in _rules().values() for found in re.findall(r"(wedealer_\w+)(?:\{([^}]*)\})?", expr)]
    assert len(asked) > len(_rules())
    for name, matchers in asked:
        assert name in labels, name
        assert set(re.findall(r"(\w+)[!=]", matchers)) <= labels[name], name


def test_each_alarm_is_explained() -> None:
    explained = re.findall(r"^\| `(WeDealer\w+)` \|", ALARMS, re.MULTILINE)
    assert explained == list(_rules())


def test_every_port_that_is_watched_is_one_a_unit_of_the_page_opens() -> None:
    started = re.findall(r"wedealer-(web|worker|scheduler)@(\d+)", HOW_TO)
    opened = {
        re.sub("%i", number, match[1])
        for kind, number in started
        if (match := re.search(r"WEDEALER_METRICS_PORT=(\S+)", _units()[f"wedealer-{kind}@.service"]))
    }
    jobs = yaml.safe_load((FILES / "prometheus.yml").read_text())["scrape_configs"][0]["static_configs"]
    assert {target.split(":")[1] for job in jobs for target in job["targets"]} == opened
    proxied = re.findall(r"^    server 127\.0\.0\.1:(\d+)", (FILES / "nginx.conf").read_text(), re.MULTILINE)
    assert sorted(proxied) == sorted({number for kind, number in started if kind == "web"})


def test_what_is_archived_is_what_is_read_back() -> None:
    (command,) = re.findall(r"^archive_command = '(.*)'$", (FILES / "postgresql.conf").read_text(), re.MULTILINE)
    (back,) = re.findall(r"^restore_command = '(.*)'$", HOW_TO, re.MULTILINE)
    kept = shlex.split(shlex.split(command)[-1])[-1]
    assert kept == "/var/backups/wedealer/log/%f.gz.age"
    assert kept in shlex.split(shlex.split(back)[-1])


def test_the_files_are_copied_where_somebody_wants_them(tmp_path: Path) -> None:
    said = CliRunner().invoke(cli.main, ["production-files", str(tmp_path / "here")])
    assert said.exit_code == 0
    copied = {file.name for file in (tmp_path / "here").iterdir()}
    assert copied == {file.name for file in FILES.iterdir()}
    assert {name for name in copied if name not in HOW_TO and not name.endswith((".service", ".timer"))} == set()
