#!/usr/bin/env bash
# Makes Apache Arrow and Parquet (C++) available to the build: from the system where pkg-config finds them, else
# unpacked from the pinned pyarrow wheel into `.deps/arrow`. Safe to run again; does nothing when all is there.
set -euo pipefail

version=26.0.1
minimum=26  # the oldest whose interfaces Sources/CParquet is compiled against
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=.deps/arrow

if pkg-config --exists "arrow >= $minimum" "parquet >= $minimum" 2>/dev/null; then
  echo "arrow: $(pkg-config --modversion arrow) of the system"
  exit 0
fi
if [[ "$(cat "$target/version" 2>/dev/null)" == "$version" ]]; then
  exit 0
fi

mkdir -p .deps
exec 9>.deps/arrow.lock
flock 9
if [[ "$(cat "$target/version" 2>/dev/null)" == "$version" ]]; then
  exit 0
fi
scratch=$(mktemp -d .deps/arrow.new.XXXXXX)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
echo "arrow: unpacking $version into $target"
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
  --dest "$scratch/wheel" "pyarrow==$version"

python3 - "$scratch" "$version" "$PWD/$target" <<'PYTHON'
import glob, os, re, shutil, sys, zipfile

scratch, version, prefix = sys.argv[1:]
lib, include = os.path.join(scratch, "lib"), os.path.join(scratch, "include")
os.makedirs(os.path.join(lib, "pkgconfig"))
(wheel,) = glob.glob(os.path.join(scratch, "wheel", "*.whl"))
with zipfile.ZipFile(wheel) as archive:
    names = archive.namelist()

    def unpack(name, path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with archive.open(name) as source, open(path, "wb") as out:
            shutil.copyfileobj(source, out)

    for name in names:
        if re.match(r"pyarrow/include/(arrow|parquet)/(?!python/).+\.h(pp)?$", name):
            unpack(name, os.path.join(include, name.removeprefix("pyarrow/include/")))

    # libparquet, and whatever of the wheel it needs, transitively.
    libraries = {os.path.basename(name): name for name in names if re.match(r"pyarrow/lib[^/]+\.so\.\d+$", name)}
    wanted, done = [name for name in libraries if name.startswith("libparquet.so.")], set()
    while wanted:
        name = wanted.pop()
        if name in done:
            continue
        done.add(name)
        path = os.path.join(lib, name)
        unpack(libraries[name], path)
        os.chmod(path, 0o755)
        os.symlink(name, os.path.join(lib, name.split(".so.")[0] + ".so"))
        with open(path, "rb") as file:
            content = file.read()
        wanted += [other for other in libraries if other.encode() + b"\0" in content]

for package, title, requires, flag in [
    ("arrow", "Apache Arrow", "", "-larrow"),
    ("parquet", "Apache Parquet", "Requires: arrow\n", "-lparquet"),
]:
    with open(os.path.join(lib, "pkgconfig", package + ".pc"), "w") as file:
        file.write(
            f"prefix={prefix}\nlibdir=${{prefix}}/lib\nincludedir=${{prefix}}/include\n\n"
            f"Name: {title}\nDescription: {title} for C++\nVersion: {version}\n{requires}"
            f"Libs: -L${{libdir}} {flag}\nCflags: -I${{includedir}}\n")
with open(os.path.join(scratch, "version"), "w") as file:
    file.write(version + "\n")
PYTHON

rm -rf "$scratch/wheel"
test -e "$scratch/lib/libparquet.so" && test -e "$scratch/lib/libarrow.so"
test -f "$scratch/include/parquet/arrow/writer.h"
# Libraries are mapped by running processes: move the old folder aside, never write into it.
old=
if [[ -e $target ]]; then
  old=$(mktemp -d .deps/arrow.old.XXXXXX)
  mv "$target" "$old/"
fi
mv -T "$scratch" "$target"
trap - EXIT
if [[ -n $old ]]; then rm -rf "$old"; fi
