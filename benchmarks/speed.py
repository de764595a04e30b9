"""How fast, how small and how exact the gradients are, beside PyTorch, JAX, autograd and a plain loop.

Writes benchmarks/results/bptt.md, bptt.svg and bptt-rewrites.svg, which the README and the chapter show; a
word on the command line takes the place of "bptt". Peers that are not installed are left out, and then it
writes to _build/benchmarks: `pip install '.[peers]'` brings them. Every side runs in one thread.
"""

import itertools
import os
import subprocess
import sys
import time
from functools import partial

import numpy as np
from measured import accuracy, limit, report
from measured.memory import peak
from measured.networks import GRID, Network
from measured.peers import EARLIER, PEERS
from measured.rewrites import gains
from measured.timing import PAIRS, cpu, in_pairs, spread

from bptt.numeric import checkpointed_loss_and_gradients, loss_and_gradients

MANY_PAIRS = 51  # where a percent matters
LONG = (4096, 32, 64, 128, 64)
LENGTHS = (64, 256, 1024, 4096)
DTYPES = (np.float64, np.float32)
ONE_THREAD = {
    **dict.fromkeys(
        ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
    ),
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}


def main() -> None:
    start = time.perf_counter()
    rows, absent, compiling = [], set(), []
    for sizes, dtype, prepared in itertools.product(GRID, DTYPES, (False, True)):
        if prepared and sizes != GRID[0]:
            continue  # only for a short sequence the checks of the arguments take long
        network = Network(sizes, dtype)
        ours = network.run_prepared if prepared else network.run
        row = report.Row(sizes, dtype.__name__, prepared=prepared)
        for name, peer in PEERS.items():
            try:
                theirs = peer(network)
            except ImportError:
                absent.add(name)
                continue
            first = cpu(theirs)
            agree(ours(), theirs(), dtype)
            if name == "JAX jit":
                compiling.append(first)
            pairs = MANY_PAIRS if name == EARLIER else PAIRS
            row.ratios[name], row.seconds = in_pairs(ours, theirs, pairs)
        row.limit = spread([cpu(ours) for _ in range(7)]).median / limit.seconds(sizes, dtype)
        rows.append(row)
        print(row, flush=True)
    found = report.Found(
        rows=rows,
        absent=sorted(absent),
        compiling=compiling,
        gains=gains(),
        memory=memory(),
        roundings={dtype.__name__: accuracy.roundings(Network(GRID[0], dtype)) for dtype in DTYPES},
        growth={steps: growth(steps) for steps in LENGTHS},
    )
    report.write(found, name=sys.argv[1] if len(sys.argv) > 1 else "bptt", took=time.perf_counter() - start)


def agree(ours: tuple, theirs: tuple, dtype: type) -> None:
    """Refuse a peer that computes something else."""
    tolerance = 1e3 * np.finfo(dtype).eps
    for name, gradient in ours[1].items():
        distance = np.linalg.norm(gradient - theirs[1][name]) / np.linalg.norm(gradient)
        if not distance < tolerance:
            raise ValueError(f"{name}: expected gradients that agree; they differ by {distance:.1e}")
    if not abs(ours[0] - theirs[0]) <= tolerance * abs(ours[0]):
        raise ValueError(f"loss: expected {ours[0]}; received {theirs[0]}")


def memory() -> dict[str, float]:
    """MiB for a long sequence, and how much longer the checkpoints take."""
    network = Network(LONG, np.float64)
    del network.workspace
    given = (network.params, network.x, network.y, network.h0)
    whole = partial(loss_and_gradients, *given, inputs=False)
    kept = partial(checkpointed_loss_and_gradients, *given, inputs=False)
    return {"whole": peak(whole), "checkpointed": peak(kept), "ratio": in_pairs(whole, kept)[0].median}


def growth(steps: int) -> float:
    """Microseconds for each step of a sequence of this length."""
    network = Network((steps, *LONG[1:]), np.float64)
    network.run()
    return 1e6 * spread([cpu(network.run, max(1, 1024 // steps)) for _ in range(7)]).median / steps


if __name__ == "__main__":
    # The libraries look when they are loaded, so the measuring is done by a process that begins like this.
    if ONE_THREAD.items() <= os.environ.items():
        main()
    else:
        sys.exit(subprocess.call([sys.executable, *sys.argv], env=os.environ | ONE_THREAD))
