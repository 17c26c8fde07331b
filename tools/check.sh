#!/usr/bin/env bash
# The checks behind `make test`, in the order in which they fail fastest. Argument: lint, fast or all.
set -euo pipefail
bin=.venv/bin
what="${1:-fast}"
step() { printf '\n== %s\n' "$1"; }

step "lint"
$bin/ruff check .
$bin/ruff format --check .
step "types"
$bin/mypy gongkai
step "floors"
PYTHONPATH=. $bin/lint-imports --no-cache
[ "$what" = lint ] && exit 0

bash tools/programs.sh
step "tests"
if [ "$what" = all ]; then
  $bin/python -m pytest -n 2
else
  $bin/python -m pytest -n 2 -m "not slow" --durations=12
fi
