"""The embedded PostgreSQL starts, keeps data, leaves nothing behind and touches nothing outside its folder."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import pytest

from app.embedded import EmbeddedPostgres
from app.embedded.account import server_account
from app.embedded.postgres import PostgresFailed
from app.embedded.state import REPOSITORY, FolderLock, scratch_folder

pytestmark = pytest.mark.slow


async def _ask(url: str, sql: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ", 1)[1][0] != "Z"
    except FileNotFoundError:
        return False


def _server_pid(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def _until(condition, seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


async def test_it_speaks_chinese_and_utc(postgres: EmbeddedPostgres) -> None:
    assert await _ask(postgres.url, "SELECT lower('ÄB王') || ('王' ~ '^[[:alpha:]]$')::text") == "äb王true"
    assert await _ask(postgres.url, "SHOW timezone") == "UTC"


async def test_a_wrong_password_is_refused(postgres: EmbeddedPostgres) -> None:
    password = postgres.url.split(":")[2].split("@")[0]
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(postgres.url.replace(password, "guess"))


async def test_data_survives_a_stop_and_the_password_stays(scratch: Path) -> None:
    server = EmbeddedPostgres(scratch / "kept", durable=True)
    with server:
        await _ask(server.url, "CREATE TABLE note AS SELECT '预约' AS text")
        password = server.url.split(":")[2].split("@")[0]
    with EmbeddedPostgres(scratch / "kept", durable=True) as again:
        assert await _ask(again.url, "SELECT text FROM note") == "预约"
        assert password in again.url


async def test_a_durable_server_syncs_and_a_test_server_does_not(scratch: Path, postgres: EmbeddedPostgres) -> None:
    assert await _ask(postgres.url, "SHOW fsync") == "off"
    with EmbeddedPostgres(scratch / "durable", durable=True) as durable:
        assert await _ask(durable.url, "SHOW fsync") == "on"


def test_stop_leaves_no_process(scratch: Path) -> None:
    server = EmbeddedPostgres(scratch / "stopped", durable=False)
    server.start()
    pid = _server_pid(server.folder)
    server.stop()
    assert not _is_alive(pid)
    assert not server.is_running()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc")
def test_the_server_dies_with_a_killed_starter(scratch: Path) -> None:
    folder = scratch / "orphan"
    script = (
        "import sys, time, pathlib\n"
        "from app.embedded import EmbeddedPostgres\n"
        "EmbeddedPostgres(pathlib.Path(sys.argv[1]), durable=False).start()\n"
        "print('started', flush=True)\n"
        "time.sleep(60)\n"
    )
    starter = subprocess.Popen([sys.executable, "-c", script, str(folder)], cwd=REPOSITORY, stdout=subprocess.PIPE)
    assert starter.stdout is not None
    assert starter.stdout.readline() == b"started\n"
    pid = _server_pid(folder)
    starter.kill()
    starter.wait()
    starter.stdout.close()
    assert _until(lambda: not _is_alive(pid))


async def test_a_server_that_outlived_its_starter_is_replaced(scratch: Path) -> None:
    first = EmbeddedPostgres(scratch / "twice", durable=True)
    first.start()
    pid = _server_pid(first.folder)
    second = EmbeddedPostgres(scratch / "twice", durable=True)
    try:
        second.start()
        assert not first.is_running()
        assert _server_pid(second.folder) != pid
        assert await _ask(second.url, "SELECT 1") == 1
    finally:
        second.stop()
        first.stop()


def test_a_stale_pid_of_another_process_is_not_touched(scratch: Path) -> None:
    with EmbeddedPostgres(scratch / "stale", durable=True):
        pass
    bystander = subprocess.Popen(["sleep", "60"])
    server = EmbeddedPostgres(scratch / "stale", durable=True)
    try:
        (server.data / "postmaster.pid").write_text(f"{bystander.pid}\n{server.data}\n")
        server.start()
        assert server.is_running()
        assert bystander.poll() is None
    finally:
        server.stop()
        bystander.kill()
        bystander.wait()


def test_another_major_version_is_refused_with_the_way_out(scratch: Path) -> None:
    server = EmbeddedPostgres(scratch / "old", durable=False)
    with server:
        pass
    (server.data / "PG_VERSION").write_text("15\n")
    with pytest.raises(PostgresFailed, match="--fresh"):
        server.start()


def test_folders_above_keep_their_permissions(scratch: Path) -> None:
    closed = scratch / "closed"
    closed.mkdir(mode=0o711)
    before = [(path, path.stat().st_mode) for path in (closed, scratch, *scratch.parents)]
    with EmbeddedPostgres(closed / "postgres", durable=False):
        pass
    assert [(path, path.stat().st_mode) for path, _ in before] == before


def test_the_server_never_runs_as_root(postgres: EmbeddedPostgres) -> None:
    status = Path(f"/proc/{_server_pid(postgres.folder)}/status").read_text()
    (uids,) = [line.split()[1:] for line in status.splitlines() if line.startswith("Uid:")]
    assert set(uids) == {str(server_account().uid)}
    assert "0" not in uids


def test_an_account_cannot_enter_a_closed_folder(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir(mode=0o755)
    tmp_path.chmod(0)
    try:
        assert not server_account().can_enter(inside)
    finally:
        tmp_path.chmod(0o700)


def test_leftovers_of_a_killed_run_are_swept_and_live_folders_kept() -> None:
    with scratch_folder() as live:
        leftover = live.with_name(f"{live.name.rsplit('-', 1)[0]}-00000000")
        leftover.mkdir(exist_ok=True)
        (leftover / "lock").touch()
        with scratch_folder() as other:
            assert other != live
            assert live.exists()
            assert not leftover.exists()
    assert not live.exists()


def test_a_lock_is_free_again_after_kill_9(tmp_path: Path) -> None:
    script = (
        "import sys, time, pathlib\n"
        "from app.embedded.state import FolderLock\n"
        "lock = FolderLock(pathlib.Path(sys.argv[1])).acquire()\n"
        "print('locked', flush=True)\n"
        "time.sleep(60)\n"
    )
    holder = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], cwd=REPOSITORY, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    FolderLock(tmp_path).acquire().release()
