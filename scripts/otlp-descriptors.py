"""Writes src/host/capture/otlp/descriptors.ts: OpenTelemetry's published messages, as descriptors.

    python3 -m venv v && v/bin/pip install opentelemetry-proto==1.45.0 protobuf==7.36.2
    v/bin/python scripts/otlp-descriptors.py
"""

import base64
import importlib
import importlib.metadata
import pathlib
import textwrap

from google.protobuf import descriptor_pb2

FILES = [
    "common/v1/common",
    "resource/v1/resource",
    "trace/v1/trace",
    "logs/v1/logs",
    "metrics/v1/metrics",
    "collector/trace/v1/trace_service",
    "collector/logs/v1/logs_service",
    "collector/metrics/v1/metrics_service",
]



def name_fields(message):
    """The names in JSON, which protoc gives to its plugins alone."""
    for field in message.field:
        first, *rest = field.name.split("_")
        field.json_name = first + "".join(word.capitalize() for word in rest)
    for nested in message.nested_type:
        name_fields(nested)


files = descriptor_pb2.FileDescriptorSet()
for name in FILES:
    module = importlib.import_module(f"opentelemetry.proto.{name.replace('/', '.')}_pb2")
    file = files.file.add()
    module.DESCRIPTOR.CopyToProto(file)
    for message in file.message_type:
        name_fields(message)

version = importlib.metadata.version("opentelemetry-proto")
text = base64.b64encode(files.SerializeToString(deterministic=True)).decode()
lines = "\n".join(f'  "{line}",' for line in textwrap.wrap(text, 110))
path = pathlib.Path(__file__).parent.parent / "src/host/capture/otlp/descriptors.ts"
path.write_text(
    f"""/**
 * OpenTelemetry's messages as a FileDescriptorSet in base64, from opentelemetry-proto {version} of PyPI (Apache-2.0), which
 * OpenTelemetry publishes. Written by scripts/otlp-descriptors.py; never edited.
 */
// biome-ignore format: data
export const OTLP_DESCRIPTORS: readonly string[] = [
{lines}
];
"""
)
