# Runs a program and writes what it took to descriptor 3: processor time of the whole tree of processes and the most
# memory that one of them had, as the kernel accounts for them at the end. Usage: measured.py PROGRAM ARGUMENT...
import json
import os
import sys
import time

os.set_inheritable(3, False)
start = time.monotonic()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, used = os.wait4(child, 0)
account = {
    "code": os.waitstatus_to_exitcode(status),
    "seconds": time.monotonic() - start,
    "cpuSeconds": used.ru_utime + used.ru_stime,
    # Linux counts in kilobytes, macOS in bytes
    "peakBytes": used.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
}
os.write(3, json.dumps(account).encode())
