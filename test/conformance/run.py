"""Jupyter's own tests of a kernel, then ours: python run.py [NAME...]

A NAME, such as `test_errors` or `test_life.Shutdown`, asks for these only. The last line is `N passed, M failed`, the
exit code 0 only if none failed and some passed. CONFORMANCE_KERNEL=python3 puts the tests that have a form in Python to
ipykernel instead, which shows that they ask for what a kernel does, not only for what ours does.
"""

import sys
import time
import unittest
from pathlib import Path

import kernels

FOLDER = Path(__file__).parent


class Report(unittest.TestResult):
    """A line a claim, in words, and the reasons at the end."""

    def startTest(self, test):
        super().startTest(test)
        self._started = time.monotonic()

    def _line(self, mark, test):
        print(f"{mark:5}{claim(test)}  ({time.monotonic() - self._started:.1f} s)", flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed = getattr(self, "passed", 0) + 1
        self._line("ok", test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        print(f"skip {claim(test)}: {reason}", flush=True)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._failed(test, self.failures)

    def addError(self, test, err):
        super().addError(test, err)
        self._failed(test, self.errors)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            at_fault = self.failures if issubclass(err[0], test.failureException) else self.errors
            self._failed(subtest, at_fault)

    def _failed(self, test, where):
        """The reason follows at once, for whoever watches, and cut to what a reader takes in."""
        reason = "\n".join(f"     {line[:1000]}" for line in where[-1][1].splitlines())
        print(f"FAIL {claim(test)}\n{reason}", flush=True)


def claim(test):
    """`test_errors.AnError.test_comes_after` as `errors: an error comes after`."""
    whole = getattr(test, "test_case", test)  # a subtest speaks of its own part
    part = f" {test._subDescription()}" if whole is not test else ""
    module, _, rest = whole.id().partition(".")
    name, _, method = rest.rpartition(".")
    return f"{module.removeprefix('test_')}: {spaced(name)} {method.removeprefix('test_').replace('_', ' ')}{part}".strip()


def spaced(name):
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()


def suites(names):
    loader = unittest.TestLoader()
    if names:
        return loader.loadTestsFromNames(names)
    suite = unittest.TestSuite()
    if kernels.KERNEL == "stridelab":
        suite.addTest(loader.loadTestsFromName("jupyter_suite"))
    for file in sorted(FOLDER.glob("test_*.py")):
        suite.addTest(loader.loadTestsFromName(file.stem))
    return suite


def main():
    sys.path.insert(0, str(FOLDER))
    report = Report()
    suites(sys.argv[1:]).run(report)
    broken = report.failures + report.errors
    if broken:
        print(f"\n{len(broken)} failed:")
    for test, _ in broken:
        print(f"  {claim(test)}")
    if report.skipped:
        print(f"\n{len(report.skipped)} skipped:")
    for test, reason in report.skipped:
        print(f"  {claim(test)}: {reason}")
    passed = getattr(report, "passed", 0)
    print(f"{passed} passed, {len(broken)} failed", flush=True)
    return 0 if passed > 0 and not broken else 1


if __name__ == "__main__":
    sys.exit(main())
