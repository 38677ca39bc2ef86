"""The same work with Python's own json, hashlib and zipfile: `peer.py record IN OUT`, `peer.py record-raw IN OUT`, which keeps
arguments and results in the records, `peer.py verify FILE`, and `peer.py packs FOLDER`: every pack in its folders, the archive in
it too, with its JSON read."""
import glob
import hashlib
import io
import json
import sys
import zipfile


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def record(source, target, raw=False):
    with open(source, "rb") as file:
        run = json.load(file)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, body in (("intents", "args"), ("results", "result")):
            digest = hashlib.sha256()
            with archive.open(f"{name}.jsonl", "w") as entry:
                for item in run[name]:
                    value = item[body] if raw else item.pop(body)
                    item[f"{body}_digest"] = hashlib.sha256(canonical(value)).hexdigest()
                    line = canonical(item) + b"\n"
                    digest.update(line)
                    entry.write(line)
            print(name, digest.hexdigest())


def verify(path):
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            digest = hashlib.sha256()
            with archive.open(info) as entry:
                while chunk := entry.read(1 << 18):
                    digest.update(chunk)
            print(info.filename, digest.hexdigest())


def record_raw(source, target):
    record(source, target, raw=True)


def pack(source):
    with zipfile.ZipFile(source) as archive:
        digests = {}
        for info in archive.infolist():
            content = archive.read(info)
            digests[info.filename] = hashlib.sha256(content).hexdigest()
            if info.filename.endswith(".json"):
                json.loads(content)
            elif info.filename.endswith(".jsonl"):
                for line in content.splitlines():
                    json.loads(line)
            elif info.filename.endswith(".zip"):
                pack(io.BytesIO(content))
        manifest = json.loads(archive.read("pack_manifest.json" if "pack_manifest.json" in digests else "manifest.json"))
        for file in manifest.get("contents", manifest.get("files", [])):
            assert digests[file["path"]] == file["sha256"]


def packs(folder):
    for path in glob.iglob(f"{folder}/*/*.zip"):
        pack(path)


{"packs": packs, "record": record, "record-raw": record_raw, "verify": verify}[sys.argv[1]](*sys.argv[2:])
