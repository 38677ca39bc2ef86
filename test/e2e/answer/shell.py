"""Types lines into an interactive shell on a terminal, Tab behind each, and prints what the shell then runs.

shell.py TIMEOUT SHELL ARG...: lines on stdin. The shell's `gait` prints GOT[its arguments].
"""
import os
import pty
import re
import select
import sys
import time

timeout, command = float(sys.argv[1]), sys.argv[2:]
lines = sys.stdin.read().splitlines()
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
seen = b""
end = time.monotonic() + timeout


def wait_for(count):
    global seen
    while len(re.findall(rb"GOT\[([^\]]*)\]", seen)) < count and time.monotonic() < end:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                seen += os.read(terminal, 65536)
            except OSError:
                return


# The shell says so itself when it is ready: its first prompt may not have arrived yet.
os.write(terminal, b"gait ready\n")
wait_for(1)
for number, line in enumerate(lines):
    os.write(terminal, line.encode() + b"\t\n")
    wait_for(number + 2)
for got in re.findall(rb"GOT\[([^\]]*)\]", seen)[1:]:
    print(got.decode())
if len(re.findall(rb"GOT\[", seen)) < len(lines) + 1:
    sys.stderr.write(repr(seen))
os.kill(pid, 9)
