"""Makes files as processes of Python's client leave them, and scrapes them once for every line that it
is given; prints the seconds that took, how many series there were, and what they come to."""

import os
import sys
from importlib.metadata import version
from time import perf_counter

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.multiprocess import MultiProcessCollector

assert version("prometheus_client") == "0.26.0", version("prometheus_client")

directory, processes, series = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
name = "bench_together_total"
keys = [mmap_key(name[:-6], name, ["app"], [f"app-{at:06}"], "Counted.") for at in range(series)]
for process in range(processes):
    # Any number will do for that of a process.
    file = MmapedDict(os.path.join(directory, f"counter_{1000000 + process}.db"))
    for at, key in enumerate(keys):
        file.write_value(key, 1.0 + (process + at) % 10, 0.0)
    file.close()
print("made", flush=True)

for _ in sys.stdin:
    start = perf_counter()
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=directory)
    text = generate_latest(registry)
    took = perf_counter() - start
    lines = [line for line in text.decode().splitlines() if line.startswith(name + "{")]
    total = sum(float(line.rsplit(" ", 1)[1]) for line in lines)
    print(took, len(lines), int(total), flush=True)
