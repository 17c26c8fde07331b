"""Known vulnerabilities in the pinned requirements: fails when there are any, says when the advisories cannot be had."""

import json
import subprocess
import sys


def main() -> int:
    """Run pip-audit over requirements/run.txt; gives 1 for a known vulnerability, 0 otherwise."""
    command = [
        "-m",
        "pip_audit",
        "--require-hashes",
        "--disable-pip",
        "-r",
        "requirements/run.txt",
        "-f",
        "json",
    ]
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    try:
        dependencies = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print("The advisories could not be asked:", done.stderr.strip().splitlines()[-1:] or done.returncode)
        return 0
    skipped = [row["name"] for row in dependencies if "skip_reason" in row]
    bad = [row for row in dependencies if row.get("vulns")]
    for row in bad:
        print(
            row["name"],
            row["version"],
            ", ".join(f"{v['id']} (fixed in {v['fix_versions']})" for v in row["vulns"]),
        )
    print(
        f"{len(dependencies) - len(skipped)} dependencies audited, {len(bad)} vulnerable, {len(skipped)} could not be audited"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
