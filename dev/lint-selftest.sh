#!/usr/bin/env bash
# Gives each gate of lint.sh a repository with one offence, and expects it to be refused.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# refuses GATE FILE CONTENT
refuses() {
  local repository
  repository=$(mktemp -d "$folder/XXXXXX")
  git init --quiet "$repository"
  mkdir -p "$repository/$(dirname "$2")"
  printf '%b' "$3" >"$repository/$2"
  if "$here/lint.sh" "$repository" "$1" >"$folder/output" 2>&1; then
    echo "lint-selftest: gate $1 lets $2 through" >&2
    exit 1
  fi
  grep -q "$(basename "$2")" "$folder/output" || { echo "lint-selftest: gate $1 does not name $2" >&2; cat "$folder/output" >&2; exit 1; }
}

refuses format Sources/Wide.swift 'let   a = 1\n'
refuses format Sources/Force.swift 'let a = Int("1")!\n'
refuses length Sources/Long.swift "$(printf '// line\\n%.0s' {1..801})"
refuses names Sources/StringUtils.swift 'let a = 1\n'
refuses names dev/helpers.sh 'true\n'
refuses forbidden Sources/Trap.swift 'func f() { fatalError("no") }\n'
refuses forbidden Sources/Cast.swift 'let a = b as! Int\n'
refuses forbidden Sources/Try.swift 'let a = try! f()\n'
refuses notes Sources/Note.swift '// TO''DO: later\n'
refuses places dev/place.sh 'cd /wo''rk/main\n'
refuses places dev/registry.txt 'https://py''pi.org/simple\n'
refuses shell dev/broken.sh '#!/bin/bash\nif true\n'
refuses python dev/broken.py 'def f(:\n'
echo "lint-selftest: every gate can fail"
