"""Sessions for those who change tierwise: ``nox -s NAME``, ``nox -l`` lists them.

CI (``.ci/run``) goes the README's way; these go further. Pythons that are not on the machine are
skipped: the developers' machines and CI have 3.11 only.
"""

import nox

nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["tests"]

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
# The engine's computations on arrays and labels, without a host, a picture or a workbook.
MINIMAL = ["Jinja2", "lazy_loader", "numba", "numpy", "pandas", "pydantic", "rapidfuzz", "scipy"]
KERNELS = ["engine/tierwise/kernels/*", "engine/tierwise/proofs/compiled_*.py"]
COMPILER = ["*/compiled.py", "*/compiled_bits.py"]  # has nothing to do where nothing is compiled
INTERPRETED = ["tests/kernels", "tests/draws/test_tally.py", "tests/methods/test_tiers.py"]
INTERPRETED += ["tests/proofs/test_tier_lines.py"]
QUICK = ["tests/kernels", "tests/methods/test_scores.py", "tests/study/test_index.py", "tests/test_golden.py"]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the whole suite with the pinned dependencies."""
    session.install("--require-hashes", "-r", "requirements/ci.txt")
    session.install("--no-deps", "-e", ".")
    session.run("pytest", *session.posargs)


@nox.session(python="3.11", venv_backend="uv")
def lowest(session: nox.Session) -> None:
    """Run the whole suite with the oldest versions that pyproject.toml allows; ``-- quick`` a part of it."""
    session.install("--resolution", "lowest-direct", "-e", ".[test]")
    quick = session.posargs == ["quick"]
    session.run("pytest", *(QUICK if quick else session.posargs))


@nox.session
def latest(session: nox.Session) -> None:
    """Run the whole suite with the newest versions there are, pre-releases of NumPy's world too."""
    session.install(
        "--upgrade", "--pre", "numpy", "scipy", "pandas", "scikit-learn", "matplotlib", "-e", ".[test]"
    )
    session.run("pytest", *session.posargs)


@nox.session
def minimal(session: nox.Session) -> None:
    """Compute an index, tiers and draws where hosts, pictures and workbooks are not installed."""
    session.install(*MINIMAL)
    session.install("--no-deps", ".")
    session.run("python", "tests/minimal.py")


@nox.session
def interpreted(session: nox.Session) -> None:
    """Run kernels as plain Python and show which branches no test takes; ``-- PATHS`` for other tests."""
    session.install("-e", ".[test]", "coverage>=7.6")
    env = {"NUMBA_DISABLE_JIT": "1", "COVERAGE_FILE": f"{session.create_tmp()}/coverage"}
    measured = ["--branch", f"--include={','.join(KERNELS)}", f"--omit={','.join(COMPILER)}"]
    session.run("coverage", "run", *measured, "-m", "pytest", *(session.posargs or INTERPRETED), env=env)
    session.run("coverage", "report", "--show-missing", "--fail-under=97", env=env)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site of the manual into build/site; a broken link or a name that is not there fails."""
    session.install("-e", ".[docs]")
    session.run("mkdocs", "build", "--strict", *session.posargs)


@nox.session
def mutation(session: nox.Session) -> None:
    """Change the code in small ways and count what the tests notice: ``nox -s mutation -- MODULE``."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "tests.mutation", *session.posargs)


@nox.session
def lock(session: nox.Session) -> None:
    """Write requirements/*.txt anew from pyproject.toml."""
    session.install("uv>=0.6")
    session.run("python", "requirements/lock.py", *session.posargs)


@nox.session
def release(session: nox.Session) -> None:
    """Write dist/: wheel, source, hashes, bill of materials; ``-- VERSION`` gathers the changelog."""
    session.install(".[release]")
    if session.posargs:
        session.run("towncrier", "build", "--yes", "--version", session.posargs[0])
    session.run("python", ".ci/release.py")
