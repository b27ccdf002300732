"""Session: Apache Spark, started quietly, its failures in one line.

Spark's own settings (`spark-defaults.conf`, `PYSPARK_SUBMIT_ARGS`, `PYSPARK_PYTHON`) hold, where
nothing here contradicts them.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import socket
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from subprocess import TimeoutExpired
from typing import TYPE_CHECKING, Any, Final

from kg.errors import (
    InputError,
    KGError,
    RemoteError,
    StoreError,
    UsageError,
    did_you_mean,
    install,
    missing_extra,
)

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOCAL: Final = "local"
_MASTER: Final = re.compile(
    r"local\[(\*|\d+)(,\d+)?\]|local-cluster\[\d+,\d+,\d+\]|spark://[^/:,]+:\d+(,[^/:,]+:\d+)*"
    r"|yarn|k8s://.+"
)
_SECONDS: Final = 5
# What a worker raised on purpose, and what it ends with here.
_RAISED: Final = re.compile(r"^(?:[\w.]+\.)?(\w+Error): (.+)$", re.MULTILINE)
_KINDS: Final[dict[str, type[KGError]]] = {
    "ChangedError": InputError, "InputError": InputError, "StoreError": StoreError,
}  # fmt: skip
_MISSING: Final = re.compile(r"ModuleNotFoundError: No module named '(\w+)")
_LOG: Final = "rootLogger.level = off\n"


def master_of(engine: str) -> str | None:
    """Return the Spark master that an engine names, None for the engine that needs no Spark.

    `spark` is the master of `SPARK_MASTER`, by default all cores of this machine.
    Raises UsageError for anything else.

    >>> master_of("local"), master_of("spark://head:7077")
    (None, 'spark://head:7077')
    """
    if engine == LOCAL:
        return None
    master = os.environ.get("SPARK_MASTER", "local[*]") if engine == "spark" else engine
    if not _MASTER.fullmatch(master):
        known = did_you_mean(master, [LOCAL, "spark"]) or "write local, spark or a Spark master"
        msg = f"'{master}' is no engine; {known}"
        raise UsageError(msg)
    return master


def require(master: str) -> None:
    """Make sure that Spark can be started here and that its master answers.

    Raises UsageError when PySpark or Java is missing, RemoteError when nothing answers.
    """
    missing = [name for name in ("pyspark", "polars", "pyarrow", "pandas") if not find_spec(name)]
    if missing:
        raise missing_extra(missing[0], "spark")
    home = os.environ.get("JAVA_HOME")
    java = Path(home, "bin", "java") if home else shutil.which("java")
    if not java or not Path(java).is_file():
        where = f"{home} has no bin/java" if home else "there is no java here"
        msg = f"{where}, and Spark needs Java 17: install it, or set JAVA_HOME to where it is"
        raise UsageError(msg)
    if master.startswith("spark://"):
        places = master.removeprefix("spark://").split(",")
        if not any(map(_answers, places)):
            msg = f"nothing answers at {master}; is the master of the cluster running?"
            raise RemoteError(msg)


def _answers(place: str) -> bool:
    host, _, port = place.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=_SECONDS):
            return True
    except (OSError, OverflowError):
        return False


@contextmanager
def session(master: str, *, debug: bool = False) -> Iterator[SparkSession]:
    """Start Spark, and stop it at the end; with `debug` its log goes to stderr.

    Raises RemoteError when Spark fails, and what a worker raised when its work could not be done.
    """
    require(master)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kg-spark-")))
        # PySpark warns those who call it of what it does not know yet of newer libraries.
        stack.enter_context(warnings.catch_warnings(action="ignore"))
        if not debug:
            stack.enter_context(_silent())
        _prepare(master, folder, stack)
        try:
            spark = _start(master, folder, debug=debug)
        except Exception as error:
            raise failure(error, master) from error
        try:
            yield spark
        except KGError:
            raise
        except Exception as error:
            raise failure(error, master) from error
        finally:
            with _quiet(folder, debug=debug):
                _stop(spark)


@contextmanager
def _silent() -> Iterator[None]:
    """Leave out what py4j logs of a Java process that ended: its trace, through the root logger."""
    root = logging.getLogger()

    def is_ours(record: logging.LogRecord) -> bool:
        return "py4j" not in Path(record.pathname).parts

    root.addFilter(is_ours)
    try:
        yield
    finally:
        root.removeFilter(is_ours)


def _prepare(master: str, folder: Path, stack: ExitStack) -> None:
    """Set what Spark's processes take from the environment, until the end."""
    values = {"PYSPARK_PYTHON": os.environ.get("PYSPARK_PYTHON", sys.executable)}
    values["PYSPARK_DRIVER_PYTHON"] = sys.executable
    if master.startswith("local"):
        values["SPARK_LOCAL_IP"] = "127.0.0.1"
    if master.startswith("local-cluster"):
        values["SPARK_HOME"] = str(_home(folder))
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)

    def restore() -> None:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value

    stack.callback(restore)


def _home(folder: Path) -> Path:
    """Return a home of Spark's whose workers write their logs into our folder, not into PySpark's.

    A home in the environment may be of another version than PySpark.
    """
    found = find_spec("pyspark")
    installed = Path(found.origin).parent if found and found.origin else Path()
    home = folder / "home"
    home.mkdir()
    for path in installed.iterdir():
        if path.name != "work":
            (home / path.name).symlink_to(path)
    return home


def _start(master: str, folder: Path, *, debug: bool) -> SparkSession:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("kg build")
    settings = {
        # How much a part of the rows takes as N-Quads is more than Spark can know.
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.ui.showConsoleProgress": str(debug).lower(),
        # Each core has a worker of its own already.
        "spark.executorEnv.POLARS_MAX_THREADS": "1",
    }
    if master.startswith("local"):
        here = Path(__file__).parents[3]
        paths = (str(here), os.environ.get("PYTHONPATH", ""))
        settings |= {
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.ui.enabled": "false",
            "spark.executorEnv.PYTHONPATH": os.pathsep.join(filter(None, paths)),
        }
    if not debug:
        log = folder / "log4j2.properties"
        log.write_text(_LOG, encoding="utf-8")
        settings["spark.driver.extraJavaOptions"] = f"-Dlog4j2.configurationFile=file:{log}"
    for name, value in settings.items():
        builder = builder.config(name, value)
    with _quiet(folder, debug=debug):
        spark = builder.getOrCreate()
    if not debug:
        # It would print that nobody is there any more when the Java process has died.
        server: Any = spark.sparkContext._accumulatorServer  # noqa: SLF001 - nothing else knows it
        server.handle_error = lambda *_: None
    return spark


def _stop(spark: SparkSession) -> None:
    """Stop Spark, also when its machine has gone away."""
    gateway = spark.sparkContext._gateway  # noqa: SLF001 - nothing else ends the machine
    # It may be gone already.
    with suppress(Exception):
        spark.stop()
    if gateway is not None:
        from pyspark import SparkContext

        gateway.shutdown()
        process = getattr(gateway, "proc", None)
        if process is not None:
            process.stdin.close()
            process.wait(timeout=_SECONDS * 6)
        SparkContext._gateway = SparkContext._jvm = None  # noqa: SLF001 - its own way to begin


@contextmanager
def _quiet(folder: Path, *, debug: bool) -> Iterator[None]:
    """Let what Spark's programs write to stderr while they start go into a file."""
    if debug:
        yield
        return
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with (folder / "stderr").open("ab") as file:
            os.dup2(file.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _has_ended() -> bool:
    """Say whether the Java process is no more: py4j may then say that its classes do not exist.

    Its connections end a moment before the process does.
    """
    from pyspark import SparkContext

    process = getattr(SparkContext._gateway, "proc", None)  # noqa: SLF001 - its only handle
    if process is None:
        return False
    with suppress(TimeoutExpired):
        process.wait(timeout=1)
    return process.poll() is not None


def failure(error: Exception, master: str) -> KGError:
    """Return what a failure of Spark means, in one line."""
    text = str(error)
    raised = [found for found in _RAISED.findall(text) if not found[0].startswith("Py4J")]
    for kind, message in raised:
        if kind in _KINDS:
            return _KINDS[kind](message)
    missing = _MISSING.search(text)
    if missing:
        msg = f"the workers of {master} have no {missing[1]}: {install('spark')} on each of them"
        return RemoteError(msg)
    is_cut_off = isinstance(error, (ConnectionError, EOFError))
    if is_cut_off or type(error).__name__ == "Py4JNetworkError" or _has_ended():
        return RemoteError(f"Spark at {master} failed: its Java process ended; --debug shows why")
    first = raised[-1] if raised else (type(error).__name__, text.partition("\n")[0])
    return RemoteError(f"Spark at {master} failed: {': '.join(first)[:300]}")
