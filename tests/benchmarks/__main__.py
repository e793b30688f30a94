"""性能测量: `python -m tests.benchmarks [--quick] [--only NAMES]`.

Brings the parts in only where it is the command itself: a process that a part starts runs this module again, under
another name, and shall bring in no more than the product's own processes do (infra/__main__.py).
"""

if __name__ == "__main__":
    from tests.benchmarks.running import main

    main()
