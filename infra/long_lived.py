"""常驻进程: the cyclic garbage collector, told what a process of this product is like (docs/decisions/0047).

Modules, models, routes and statements are some hundred thousand objects that live as long as the process. Left to
itself the collector walks all of them now and then, while somebody waits: a tenth of a second each time.
"""

import gc

_NEW_OBJECTS = 10_000
"""Container objects made before the young ones are walked: Python's own 700 is less than one request makes."""


def begin() -> None:
    """Before the product's modules are brought in."""
    gc.set_threshold(_NEW_OBJECTS)


def settle() -> None:
    """What is there by now stays for good: it is walked once more, and never again."""
    gc.collect()
    gc.freeze()
