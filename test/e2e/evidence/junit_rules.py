"""Holds a JUnit file against the rules of Jenkins' junit-10.xsd that our report touches; prints what it says."""

import json
import sys
import xml.etree.ElementTree as ET

ATTRIBUTES = {
    "testsuites": {"name", "time", "tests", "failures", "disabled", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname", "id", "package"},
    "testcase": {"name", "assertions", "time", "classname", "status", "file", "line"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "property": {"name", "value"},
}
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase", "system-out", "system-err"},
    "testcase": {"skipped", "error", "failure", "system-out", "system-err"},
    "properties": {"property"},
}
REQUIRED = {"testsuite": {"name"}, "testcase": {"name"}, "property": {"name", "value"}}


def check(element):
    tag = element.tag
    assert set(element.attrib) <= ATTRIBUTES.get(tag, set()), (tag, element.attrib)
    assert REQUIRED.get(tag, set()) <= set(element.attrib), (tag, element.attrib)
    for child in element:
        assert child.tag in CHILDREN.get(tag, set()), (tag, child.tag)
        check(child)


root = ET.parse(sys.argv[1]).getroot()
assert root.tag == "testsuites", root.tag
check(root)
for suite in root:
    cases = suite.findall("testcase")
    assert int(suite.get("tests")) == len(cases)
    assert int(suite.get("failures")) == len(suite.findall("testcase/failure"))
    assert int(suite.get("errors")) == len(suite.findall("testcase/error"))
    kinds = [child.tag for child in suite]
    assert "properties" not in kinds[1:], "properties stand first"
print(json.dumps([[c.get("name"), [(f.tag, f.get("type")) for f in c if f.tag != "system-out"]] for c in root.iter("testcase")]))
