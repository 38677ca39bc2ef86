"""Reads each archive named on the standard input with zipfile; prints one line of JSON for each."""
import hashlib, json, sys, zipfile

for path in sys.stdin.read().splitlines():
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [[i.filename, hashlib.sha256(archive.read(i)).hexdigest()] for i in archive.infolist()]
        print(json.dumps({"path": path, "entries": entries}))
    except Exception as error:
        print(json.dumps({"path": path, "error": str(error)}))
