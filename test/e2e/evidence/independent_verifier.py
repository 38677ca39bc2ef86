"""A verifier that shares nothing with gait: Python's zipfile, hashlib and json, and RFC 8032's own arithmetic for Ed25519.

usage: independent_verifier.py PACK [PUBLIC_KEY]; exit 0 when everything agrees (and the signature verifies), else 1.
       independent_verifier.py --serve; reads "<bytes of the artifact> <key in hex, or ->\\n" and the artifact, again and
       again, and answers each with one line of JSON: {"ok", "reason", "files": {path: SHA-256}, "manifest": SHA-256}.
It reads run packs, job packs, runpacks and evidence packs, and is no stricter than what their formats say to everybody.
"""
import base64
import hashlib
import io
import json
import sys
import zipfile

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


class Refused(Exception):
    pass


def require(holds, what):
    if not holds:
        raise Refused(what)


# RFC 8785


def number(value):
    """ECMAScript's text of a double, from the shortest digits, which Python finds too."""
    if value == int(value) and abs(value) < 2**53:
        return str(int(value))
    sign, text = ("-", repr(-value)) if value < 0 else ("", repr(value))
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if 0 < point <= 21:
        return sign + (digits[:point] + "." + digits[point:] if point < len(digits) else digits.ljust(point, "0"))
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    shown = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{sign}{shown}e{'+' if point > 0 else '-'}{abs(point - 1)}"


def text_of(value):
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, (int, float)):
        return number(float(value))
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ",".join(map(text_of, value)) + "]"
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    return "{" + ",".join(f"{text_of(name)}:{text_of(value[name])}" for name in names) + "}"


def canonical(value):
    return text_of(value).encode()


def once(pairs):
    require(len({name for name, _ in pairs}) == len(pairs), "a member appears twice")
    return dict(pairs)


def parse(data):
    return json.loads(data.decode("utf-8"), object_pairs_hook=once)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def without(value, *names):
    return {name: each for name, each in value.items() if name not in names}


# RFC 8032, section 5.1


def added(left, right):
    a = (left[1] - left[0]) * (right[1] - right[0]) % P
    b = (left[1] + left[0]) * (right[1] + right[0]) % P
    c = 2 * left[3] * right[3] * D % P
    d = 2 * left[2] * right[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(scalar, point):
    sum_ = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            sum_ = added(sum_, point)
        point = added(point, point)
        scalar >>= 1
    return sum_


def decompressed(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    require(y < P, "a point is not canonical")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    require((x * x - square) % P == 0 and (x or not sign), "bytes are no point")
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


def compressed(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = decompressed(bytes.fromhex("58" + "66" * 31))


def verifies(key, message, signature):
    if len(signature) != 64:
        return False
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L
    x, y, z, t = decompressed(key)
    return compressed(added(times(s, BASE), times(k, (P - x, y, z, P - t)))) == r


def check_signature(manifest, key):
    digest = hashlib.sha256(canonical(without(manifest, "signatures"))).digest()
    for signature in manifest.get("signatures") or []:
        own = signature["alg"] == "ed25519" and signature["key_id"] == sha256(key)
        if not own or signature["signed_digest"] != digest.hex():
            continue
        if verifies(key, digest, base64.b64decode(signature["sig"], validate=True)):
            return
    require(False, "no signature of this key verifies")


# The formats


def files_of(data, manifest_name):
    archive = zipfile.ZipFile(io.BytesIO(data))
    require(archive.testzip() is None, "a CRC is wrong")
    names = archive.namelist()
    require(len(names) == len(set(names)), "a name appears twice")
    files = {name: archive.read(name) for name in names}
    require(manifest_name in files, f"{manifest_name} is missing")
    manifest = parse(files[manifest_name])
    declared = {item["path"]: item["sha256"].lower() for item in manifest["contents" if "contents" in manifest else "files"]}
    require(set(declared) == set(names) - {manifest_name}, "declared and present files differ")
    for path, digest in declared.items():
        require(sha256(files[path]) == digest, f"{path} has a different SHA-256")
    return files, manifest


def own_digest(manifest, member):
    blank = without(manifest, "signatures") | {member: ""}
    require(sha256(canonical(blank)) == manifest[member].lower(), f"{member} is not the manifest's digest")


def records(data):
    return [parse(line) for line in data.split(b"\n") if line.strip(b" \t\r")]


def runpack(data):
    files, manifest = files_of(data, "manifest.json")
    own_digest(manifest, "manifest_digest")
    require(parse(files["run.json"])["run_id"] == manifest["run_id"], "the run is another one")
    require(isinstance(parse(files["refs.json"]).get("receipts") or [], list), "the receipts are no list")
    for name in ("intents", "results"):
        for record in records(files[f"{name}.jsonl"]):
            require(isinstance(record, dict), "a record is no object")
    return files, manifest


def run_pack(files, manifest):
    payload = parse(files["run_payload.json"])
    source, run_manifest = runpack(files["source/runpack.zip"])
    same = payload["manifest_digest"].lower() == run_manifest["manifest_digest"].lower()
    require(same, "the payload is of another runpack")
    ids = {payload["run_id"], run_manifest["run_id"], manifest["source_ref"].strip()}
    require(len(ids) == 1, "run ids differ")
    require(payload["capture_mode"] == run_manifest["capture_mode"], "capture modes differ")
    for name in ("intents", "results"):
        require(payload[f"{name}_count"] == len(records(source[f"{name}.jsonl"])), f"another number of {name}")
    receipts = parse(source["refs.json"]).get("receipts") or []
    require(payload["refs_count"] == len(receipts), "another number of references")
    return {f"source/runpack.zip!/{name}": content for name, content in source.items()}


def job_pack(files, manifest):
    payload, state = parse(files["job_payload.json"]), parse(files["job_state.json"])
    events = records(files["job_events.jsonl"])
    require(payload["job_id"] == state["job_id"] == manifest["source_ref"].strip(), "job ids differ")
    for name in ("status", "stop_reason", "status_reason_code", "environment_fingerprint"):
        require(payload[name] == state[name], f"payload and state have another {name}")
    require(payload["checkpoint_count"] == len(state.get("checkpoints") or []), "another number of checkpoints")
    require(payload["approval_count"] == len(state.get("approvals") or []), "another number of approvals")
    require([event["revision"] for event in events] == list(range(1, len(events) + 1)), "revisions are not 1..n")
    require(state["revision"] == len(events), "the state is of another revision")
    require(all(event["job_id"] == state["job_id"] for event in events), "an event is of another job")
    kinds = [event["type"] for event in events]
    require(kinds[0] == "submitted" and kinds.count("submitted") == 1, "the log does not begin where it must")
    require(kinds.count("checkpoint_added") == payload["checkpoint_count"], "checkpoints of log and state differ")
    require(kinds.count("approved") == payload["approval_count"], "approvals of log and state differ")
    return {}


def evidence_pack(files, manifest):
    blank = {"run_id": manifest["run_id"], "contents": manifest["contents"]}
    require(manifest["pack_id"] == "pack_" + sha256(canonical(blank))[:16], "pack_id is not the contents' digest")
    summary, referenced = parse(files["runpack_summary.json"]), parse(files["referenced_runpacks.json"])
    require(summary["run_id"] == referenced["run_id"] == manifest["run_id"], "run ids differ")
    receipts = len(referenced.get("receipts") or [])
    require(summary["receipt_count"] == referenced["references"] == receipts, "another number of receipts")
    for name in ("control_index", "evidence_pointers"):
        require(parse(files[f"{name}.json"]) == manifest.get(name, []), f"{name} is not the manifest's")
    return {}


def verified(data, key):
    """Its files by name, those of an embedded archive too, and its manifest; raises where anything does not agree."""
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    require(not {"pack_manifest.json", "manifest.json"} <= set(names), "it has two manifests")
    if "pack_manifest.json" not in names:
        files, manifest = runpack(data)
        name, inner = "manifest.json", {}
    else:
        files, manifest = files_of(data, "pack_manifest.json")
        name = "pack_manifest.json"
        if manifest["schema_id"] == "gait.guard.pack_manifest":
            inner = evidence_pack(files, manifest)
        else:
            own_digest(manifest, "pack_id")
            inner = {"run": run_pack, "job": job_pack}[manifest["pack_type"]](files, manifest)
    if key is not None:
        check_signature(manifest, key)
    return without(files | inner, name), manifest


def serve():
    source, answers = sys.stdin.buffer, sys.stdout
    while header := source.readline():
        length, key = header.decode().split()
        data = source.read(int(length))
        try:
            files, manifest = verified(data, None if key == "-" else bytes.fromhex(key))
            digests = {name: sha256(content) for name, content in files.items()}
            stated = sha256(canonical(without(manifest, "signatures")))
            answer = {"ok": True, "files": digests, "manifest": stated}
        except Exception as error:  # whatever stops it, it does not accept
            answer = {"ok": False, "reason": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def main(path, key_path=None):
    if path == "--serve":
        return serve()
    with open(path, "rb") as file:
        data = file.read()
    key = None
    if key_path:
        with open(key_path, encoding="ascii") as file:
            key = base64.b64decode(file.read().strip(), validate=True)
    try:
        _, manifest = verified(data, key)
    except Exception as error:
        sys.exit(f"refused: {type(error).__name__}: {error}")
    print(manifest.get("pack_id") or manifest["manifest_digest"])


main(*sys.argv[1:])
