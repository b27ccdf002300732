# What contributors run, in the environment that the README's command makes: .venv/bin/just NAME.

# List the recipes.
default:
    @{{ just_executable() }} --list

# The tests that need no browser, Spark, notebook or fuzzer and are not slow; further words go to pytest.
quick *words:
    .venv/bin/pytest -q -n 2 --dist loadfile -m "not (browser or fuzz or spark or notebook or slow)" {{ words }}

# Which branches of kg the quick tests reach, also in processes that they start.
coverage *words:
    .venv/bin/coverage erase
    PYTHONPATH={{ justfile_directory() }}/.ci/counting .venv/bin/coverage run -m pytest -q -n 2 --dist loadfile -m "not (browser or fuzz or spark or notebook or slow)" {{ words }}
    .venv/bin/coverage combine -q
    .venv/bin/coverage report

# What of the page's scripts the tests in Chromium run.
coverage-page *words:
    .venv/bin/pytest -q -n 2 --dist loadfile -m browser --page-coverage 0 {{ words }}

# All that a change must pass: all tests, formatter, linter and types.
all: tests lint

# All tests; what the environment has no extra or program for is skipped.
tests *words:
    .venv/bin/pytest -n 2 --dist loadfile {{ words }}

# Formatter, linter and types.
lint: scripts
    .venv/bin/ruff format --check
    .venv/bin/ruff check
    .venv/bin/mypy

# The same for the page's scripts, where there is npm; installs what tools/page names when it changed.
scripts:
    @if ! command -v npm >/dev/null; then \
        echo "left out, the page's scripts: there is no npm"; \
    else \
        { [ tools/page/node_modules/.package-lock.json -nt tools/page/package-lock.json ] \
            || npm ci --silent --prefix tools/page; } \
        && npm run --silent --prefix tools/page check; \
    fi

# Render the reference of the public names into build/reference.
docs:
    .venv/bin/python -W error docs/reference.py build/reference
