"""Has schemathesis ask a real worker's interface as it describes itself: `make schemathesis`.

No answer may be a 5xx, or have a status, a header, a media type or a body that is not declared. What
it holds of requests themselves is left out: one that is valid by its form is refused here for what it says (a
broadcast that is over, a schedule with errors), and a change without If-Match is answered 428 (RFC 6585).
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.browser.night import TOKENS, night
from tests.support.processes import soon

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "ignored_auth",
)


def main() -> int:
    """Ask, and return what schemathesis exits with."""
    with tempfile.TemporaryDirectory() as folder, night(Path(folder)) as tonight:
        tonight.host.insert("show", soon(600), soon(900), prepare="1h")
        tonight.host.await_state("show", "ready")
        asked = [
            str(Path(sys.executable).with_name("schemathesis")),
            "run",
            f"{tonight.url}/api/v1/openapi.json",
            f"--header=Authorization: Bearer {TOKENS['ann']}",
            "--header=If-Match: *",
            f"--checks={','.join(CHECKS)}",
            "--max-examples=30",
            "--no-color",
        ]
        return subprocess.run(asked, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
