"""``python -m tierwise`` and the command ``tierwise``: on Ctrl-C one line, while modules load too."""

import sys

STOPPED = 130  # the exit code of what Ctrl-C ends


def main() -> None:
    """Run the command."""
    try:
        from tierwise.cli import main as command  # its imports take the first moments of every command

        command()
    except (KeyboardInterrupt, SystemExit) as ended:
        if isinstance(ended, SystemExit) and ended.code != STOPPED:
            raise
        print("interrupted / 已中断", file=sys.stderr)
        sys.exit(STOPPED)


if __name__ == "__main__":
    main()
