"""The same work with Python's own json, hashlib and zipfile: `peer.py record IN OUT` and `peer.py verify FILE`."""
import hashlib
import json
import sys
import zipfile


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def record(source, target):
    with open(source, "rb") as file:
        run = json.load(file)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, body in (("intents", "args"), ("results", "result")):
            digest = hashlib.sha256()
            with archive.open(f"{name}.jsonl", "w") as entry:
                for item in run[name]:
                    item[f"{body}_digest"] = hashlib.sha256(canonical(item.pop(body))).hexdigest()
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


{"record": record, "verify": verify}[sys.argv[1]](*sys.argv[2:])
