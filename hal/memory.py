"""How much memory the DCU uses, for its status and the published budget."""

import gc


def in_use_octets():
    """Under MicroPython the heap in use after a collection, under CPython the resident memory."""
    heap_octets = getattr(gc, "mem_alloc", None)
    if heap_octets:
        gc.collect()
        return heap_octets()
    file = open("/proc/self/status")
    try:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    finally:
        file.close()
    return 0
