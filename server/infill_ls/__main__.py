"""``infill-ls`` and ``python -m infill_ls``. Only decides which command runs; the server's own way is kept short."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """Run the command line; gives the exit status."""
    try:
        return _main()
    except KeyboardInterrupt:
        return 130


def _main() -> int:
    from infill_ls.cli.hardening import harden

    harden()
    from infill_ls.cli.arguments import is_serve, parse

    arguments = sys.argv[1:]
    if is_serve(arguments, interactive=sys.stdin is not None and sys.stdin.isatty()):
        # What is made while importing lives for ever; collecting it is a tenth of the start-up time. The server
        # switches the collector on again once all is there.
        gc.disable()
        from infill_ls.cli.serve import serve

        return serve(parse(["serve", *[word for word in arguments if word != "serve"]]))
    from infill_ls.cli.run import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
