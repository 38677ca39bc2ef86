"""A verifier of run packs that shares nothing with gait: Python's zipfile, hashlib and json, and openssl for Ed25519.

usage: independent_verifier.py PACK [PUBLIC_KEY]; exit 0 when everything agrees (and the signature verifies), else 1.
Its canonical JSON is RFC 8785 for documents of strings and integers, which is all that manifests and payloads have.
"""
import base64
import hashlib
import io
import json
import subprocess
import sys
import tempfile
import zipfile


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def require(holds, what):
    if not holds:
        sys.exit(f"refused: {what}")


def files_of(data, manifest_name, list_name, own_digest):
    archive = zipfile.ZipFile(io.BytesIO(data))
    require(archive.testzip() is None, "a CRC is wrong")
    names = archive.namelist()
    require(len(names) == len(set(names)), "a name stands twice")
    files = {name: archive.read(name) for name in names}
    manifest = json.loads(files[manifest_name])
    blank = {k: v for k, v in manifest.items() if k != "signatures"} | {own_digest: ""}
    require(sha256(canonical(blank)) == manifest[own_digest], f"{own_digest} is not the manifest's digest")
    declared = {item["path"]: item["sha256"] for item in manifest[list_name]}
    require(set(declared) == set(names) - {manifest_name}, "declared and present files differ")
    for path, digest in declared.items():
        require(sha256(files[path]) == digest, f"{path} has another SHA-256")
    return files, manifest


def check_signature(manifest, key):
    digest = hashlib.sha256(canonical({k: v for k, v in manifest.items() if k != "signatures"})).digest()
    (signature,) = manifest["signatures"]
    require(signature["alg"] == "ed25519" and signature["key_id"] == sha256(key), "another key signed")
    require(signature["signed_digest"] == digest.hex(), "another document was signed")
    with tempfile.NamedTemporaryFile() as public, tempfile.NamedTemporaryFile() as message, tempfile.NamedTemporaryFile() as sig:
        public.write(bytes.fromhex("302a300506032b6570032100") + key)  # SubjectPublicKeyInfo, RFC 8410
        message.write(digest)
        sig.write(base64.b64decode(signature["sig"], validate=True))
        for file in (public, message, sig):
            file.flush()
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", public.name]
        done = subprocess.run([*command, "-rawin", "-in", message.name, "-sigfile", sig.name], capture_output=True)
        require(done.returncode == 0, "the signature does not verify")


def main(path, key_path=None):
    with open(path, "rb") as file:
        files, manifest = files_of(file.read(), "pack_manifest.json", "contents", "pack_id")
    payload = json.loads(files["run_payload.json"])
    source, run_manifest = files_of(files["source/runpack.zip"], "manifest.json", "files", "manifest_digest")
    require(payload["manifest_digest"] == run_manifest["manifest_digest"], "the payload is of another runpack")
    require(payload["run_id"] == run_manifest["run_id"] == manifest["source_ref"], "run ids differ")
    for name in ("intents", "results"):
        records = [json.loads(line) for line in source[f"{name}.jsonl"].split(b"\n") if line]
        require(payload[f"{name}_count"] == len(records), f"another number of {name}")
    require(payload["refs_count"] == len(json.loads(source["refs.json"])["receipts"]), "another number of references")
    if key_path:
        with open(key_path, encoding="ascii") as file:
            check_signature(manifest, base64.b64decode(file.read().strip(), validate=True))
    print(manifest["pack_id"])


main(*sys.argv[1:])
