# SPDX-License-Identifier: GPL-3.0-or-later
"""What the peers written in Python share: the protocol of bench.py."""
import json
import sys
import time

import numpy as np


def arguments():
    """MODEL.onnx BATCH THREADS SHAPE -> path, threads, an input [BATCH, *SHAPE]."""
    model, batch, threads, shape = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4])
    extents = [batch, *shape]
    return model, threads, np.sin(np.arange(np.prod(extents), dtype=np.float32)).reshape(extents)


def serve(prepare):
    """prepare() -> a function that runs one batch of `len(images)`; prints "ready", then a speed for every line."""
    try:
        run, batch = prepare()
        run()
    except ImportError as error:
        print(f"missing: {error}".splitlines()[0], flush=True)
        return
    except Exception as error:  # whatever a peer cannot do is a line of the table, not a failure of the benchmark
        print(f"unsupported: {error}".splitlines()[0], flush=True)
        return
    print("ready", flush=True)
    for line in sys.stdin:
        limit = float(line)
        start = time.perf_counter()
        images = 0
        while True:
            run()
            images += batch
            seconds = time.perf_counter() - start
            if seconds >= limit:
                break
        print(f"{images / seconds:.2f}", flush=True)
