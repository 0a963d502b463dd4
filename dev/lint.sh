#!/usr/bin/env bash
# usage: dev/lint.sh [FOLDER [GATE...]]
# Checks every file that git knows or would add, in this repository or in FOLDER; prints each offence and exits 1 when there is one.
# lint-selftest.sh makes each gate below fail once.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "${1:-$here/..}"
gates=("${@:2}")
((${#gates[@]})) || gates=(format length names forbidden notes places shell python)
failed=false

# files PATTERN...: existing files that git knows or would add.
files() { git ls-files --cached --others --exclude-standard -- "$@" | sort -u | while IFS= read -r file; do [[ ! -f $file ]] || echo "$file"; done; }

# lines GATE PATTERN FILE...: every line that matches is an offence.
lines() {
  local gate=$1 pattern=$2; shift 2
  (($#)) || return 0
  if grep -HnE "$pattern" "$@" | sed "s/^/$gate: /" | grep .; then failed=true; fi
}

gate_format() {
  local sources
  mapfile -t sources < <(files '*.swift')
  ((${#sources[@]} == 0)) || swift format lint --strict --parallel --configuration "$here/../.swift-format" "${sources[@]}" || failed=true
}

# Hand-written Swift stays below 800 lines a file.
gate_length() {
  local file count
  while IFS= read -r file; do
    count=$(wc -l <"$file")
    if ((count > 800)); then echo "length: $file has $count lines"; failed=true; fi
  done < <(files '*.swift' ':!*+Generated.swift')
}

# A file is named after a concept.
gate_names() {
  if files | grep -iE '(^|[/_+.-])(utils?|helpers?|commons?|managers?)([/_+.-]|$)|[a-z](Utils?|Helpers?|Common|Manager)(\+|\.swift$)' |
    sed 's/^/names: /' | grep .; then failed=true; fi
}

# A product does not end on bad input.
gate_forbidden() {
  local sources
  mapfile -t sources < <(files 'Sources/*.swift')
  lines forbidden '(^|[^[:alnum:]_])(fatalError\(|try!|as!)' "${sources[@]}"
}

gate_notes() {
  local sources
  mapfile -t sources < <(files 'Sources/*')
  lines notes '(TODO|FIXME|XXX)' "${sources[@]}"
}

# Nothing may depend on one machine or one network: no home or work folder, no package registry.
gate_places() {
  local all
  mapfile -t all < <(files ':!dev/lint*.sh')
  lines places '(^|[^[:alnum:]_.}])/(work|root|home|opt/swift|mnt)/[[:alnum:]_.]' "${all[@]}"
  lines places '(deb\.debian\.org|pypi\.org|pythonhosted\.org|registry\.npmjs|crates\.io|proxy\.golang|archive\.ubuntu)' "${all[@]}"
}

gate_shell() {
  local scripts script
  mapfile -t scripts < <(files | while IFS= read -r file; do
    if [[ $file == *.sh ]] || head -c 19 "$file" | grep -aq "^#!.*bash"; then echo "$file"; fi
  done)
  for script in "${scripts[@]}"; do bash -n "$script" || failed=true; done
  ((${#scripts[@]})) || return 0
  if command -v shellcheck >/dev/null; then
    shellcheck -x "${scripts[@]}" || failed=true
  else
    echo "shell: only parsed, shellcheck is not installed"
  fi
}

gate_python() {
  local scripts
  mapfile -t scripts < <(files '*.py')
  ((${#scripts[@]} == 0)) || python3 - "${scripts[@]}" <<'PYTHON' || failed=true
import ast, sys
failed = False
for path in sys.argv[1:]:
    try:
        ast.parse(open(path, encoding="utf-8").read(), path)
    except SyntaxError as error:
        print(f"python: {path}:{error.lineno}: {error.msg}")
        failed = True
sys.exit(failed)
PYTHON
}

for gate in "${gates[@]}"; do "gate_$gate"; done
if $failed; then echo "lint: failed"; exit 1; fi
echo "lint: ${gates[*]}: clean"
