"""Packs with further declared entries, and archives of large entries, by Python's own zipfile.

packs.py pack BASE TARGET ENTRIES BYTES    the pack BASE with ENTRIES stored entries of BYTES each
packs.py lines BASE TARGET ENTRIES FILE    the same with the lines of FILE, deflated, in ENTRIES parts
packs.py runpack BASE TARGET BYTES         the runpack BASE with one stored entry of BYTES
packs.py stored BASE TARGET                the archive BASE with all its entries stored
"""
import hashlib
import json
import os
import sys
import zipfile

CHUNK = os.urandom(1 << 20)


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def repeated(size):
    while size > 0:
        yield CHUNK[: min(size, len(CHUNK))]
        size -= len(CHUNK)


def parts_of_file(path, count):
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        for part in range(count):
            yield part_of(file, size * (part + 1) // count)


def part_of(file, end):
    while file.tell() < end:
        yield file.readline() if end - file.tell() < (1 << 20) else b"".join(file.readlines(1 << 19))


def build(base, target, manifest_name, listed, digest_name, entries, method):
    """`entries` are (path, size, chunks). `chunks` is called twice. The manifest is made to agree."""
    with zipfile.ZipFile(base) as source, zipfile.ZipFile(target, "w", method, compresslevel=6) as archive:
        manifest = json.loads(source.read(manifest_name))
        manifest.pop("signatures", None)
        for info in source.infolist():
            if info.filename != manifest_name:
                archive.writestr(entry(info.filename, zipfile.ZIP_STORED), source.read(info))
        entries = list(entries)
        for path, _, chunks in entries:
            digest = hashlib.sha256()
            for chunk in chunks():
                digest.update(chunk)
            kind = path.rsplit(".", 1)[-1]
            file = {"path": path, "sha256": digest.hexdigest()}
            manifest[listed].append(file if listed == "files" else {**file, "type": kind})
        manifest[listed].sort(key=lambda file: file["path"])
        manifest[digest_name] = ""
        manifest[digest_name] = hashlib.sha256(canonical(manifest)).hexdigest()
        # In front of what may be larger than 4 GiB: what begins behind that has another form.
        archive.writestr(entry(manifest_name, zipfile.ZIP_DEFLATED), canonical(manifest))
        for path, size, chunks in entries:
            info = entry(path, method)
            # With it zipfile knows whether the entry needs zip64: one that has it without need is refused.
            info.file_size = size
            with archive.open(info, "w") as out:
                for chunk in chunks():
                    out.write(chunk)


def entry(path, method):
    info = zipfile.ZipInfo(path)
    info.compress_type = method
    info.external_attr = 0o100644 << 16
    return info


def pack(base, target, count, size):
    entries = ((f"content/{at:06}.zip", int(size), lambda: repeated(int(size))) for at in range(int(count)))
    build(base, target, "pack_manifest.json", "contents", "pack_id", entries, zipfile.ZIP_STORED)


def lines(base, target, count, path):
    entries = ((f"content/{at:06}.jsonl", os.path.getsize(path) // int(count), lambda part=list(part): part) for at, part in enumerate(parts_of_file(path, int(count))))
    build(base, target, "pack_manifest.json", "contents", "pack_id", entries, zipfile.ZIP_DEFLATED)


def runpack(base, target, size):
    entries = [("recording.zip", int(size), lambda: repeated(int(size)))]
    build(base, target, "manifest.json", "files", "manifest_digest", entries, zipfile.ZIP_STORED)


def stored(base, target):
    with zipfile.ZipFile(base) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for info in source.infolist():
            held = entry(info.filename, zipfile.ZIP_STORED)
            held.file_size = info.file_size
            with source.open(info) as content, archive.open(held, "w") as out:
                while chunk := content.read(1 << 20):
                    out.write(chunk)


{"pack": pack, "lines": lines, "runpack": runpack, "stored": stored}[sys.argv[1]](*sys.argv[2:])
