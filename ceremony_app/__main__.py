"""`ceremony`: one command line, one exit status, and one readable paragraph where something is not as it should be."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from ceremony_app.cli.output import complain
from ceremony_app.core.errors import Refusal
from ceremony_app.hsm.own_memory import keep_to_itself


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. 0 good; 1 a finding; 2 input unusable or not built yet; 130 interrupted."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    if arguments is None:  # it has the process to itself
        keep_to_itself()
    try:
        if not words:
            from ceremony_app.cli.window import run_start

            return run_start()
        from ceremony_app.cli.parser import parser

        asked = parser().parse_args(words)
        status: int = asked.run(asked)
    except Refusal as refusal:
        complain(refusal.paragraph())
        return refusal.status
    except KeyboardInterrupt:
        complain("Interrupted. What the journal acknowledged is safe; `ceremony resume FOLDER` takes it up. [CER-STOP]")
        return 130
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        complain(f"The system refused: {error.strerror or error}{place}. Nothing was overwritten. [CER-SYSTEM]")
        return 2
    except Exception as fault:
        if os.environ.get("CEREMONY_TRACEBACK"):
            raise
        complain(
            f"The program has a fault: {type(fault).__name__}. What the journal acknowledged is safe."
            " Note what was done; CEREMONY_TRACEBACK=1 shows the details to whoever mends it. [CER-FAULT]"
        )
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
