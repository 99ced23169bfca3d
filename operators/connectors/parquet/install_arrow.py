#!/usr/bin/env python3
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Arrow C++ and Parquet C++ from the wheel that the Arrow project publishes, for leat-parquet.

usage: install_arrow.py PREFIX [--version VERSION]

Puts headers into PREFIX/include, the two libraries into PREFIX/lib, their licences into PREFIX/share/licenses, and the
package pyarrow itself, with which the tests compare, into PREFIX/python. Needs pip. The version is pinned, since the
libraries' names change with each one.

Libparquet brings a simdjson of its own and exports its symbols, which would meet those of the one that leat is linked
with. So the copy here is marked as symbolic: its references are looked for in itself first (DF_SYMBOLIC).
"""

import argparse
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile

VERSION = "26.0.1"
LIBRARIES = ["libarrow", "libparquet"]
SYMBOLIC = ["libparquet"]
PT_DYNAMIC, DT_NULL, DT_FLAGS, DF_SYMBOLIC = 2, 0, 30, 2


def mark_symbolic(path: pathlib.Path):
    """Sets DF_SYMBOLIC in a 64-bit little-endian shared object."""
    data = bytearray(path.read_bytes())
    (table,) = struct.unpack_from("<Q", data, 32)
    entry_bytes, entries = struct.unpack_from("<HH", data, 54)
    for i in range(entries):
        kind, _, offset, _, _, size = struct.unpack_from("<IIQQQQ", data, table + i * entry_bytes)
        if kind != PT_DYNAMIC:
            continue
        for at in range(offset, offset + size - 16, 16):
            tag, value = struct.unpack_from("<qQ", data, at)
            # Linkers leave room behind the last entry: one of the empty ones ends the list, others may be used.
            if tag in (DT_FLAGS, DT_NULL):
                struct.pack_into("<qQ", data, at, DT_FLAGS, (value if tag == DT_FLAGS else 0) | DF_SYMBOLIC)
                path.write_bytes(data)
                return
    raise SystemExit(f"{path}: there is no room to mark it as symbolic")


def take(wheel: pathlib.Path, prefix: pathlib.Path):
    with zipfile.ZipFile(wheel) as archive, tempfile.TemporaryDirectory() as scratch:
        archive.extractall(scratch)
        unpacked = pathlib.Path(scratch)
        shutil.rmtree(prefix, ignore_errors=True)
        (prefix / "lib").mkdir(parents=True)
        (prefix / "python").mkdir()
        shutil.move(unpacked / "pyarrow/include", prefix / "include")
        for library in LIBRARIES:
            file = next((unpacked / "pyarrow").glob(f"{library}.so.*"))
            target = prefix / "lib" / file.name
            shutil.copy(file, target)
            if shutil.which("strip"):
                subprocess.run(["strip", "--strip-unneeded", target], check=True)
            if library in SYMBOLIC:
                mark_symbolic(target)
            (prefix / "lib" / f"{library}.so").symlink_to(file.name)
        for licenses in unpacked.glob("pyarrow-*/licenses"):
            shutil.copytree(licenses, prefix / "share/licenses", dirs_exist_ok=True)
        shutil.move(unpacked / "pyarrow", prefix / "python/pyarrow")


def main():
    parser = argparse.ArgumentParser(usage=__doc__.splitlines()[2])
    parser.add_argument("prefix", type=pathlib.Path)
    parser.add_argument("--version", default=VERSION)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(
            [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "-d", scratch,
             f"pyarrow=={arguments.version}"],
        )
        wheels = list(pathlib.Path(scratch).glob("pyarrow-*.whl"))
        if done.returncode != 0 or not wheels:
            sys.exit(f"install_arrow: pip cannot bring pyarrow {arguments.version}")
        take(wheels[0], arguments.prefix)


if __name__ == "__main__":
    main()
