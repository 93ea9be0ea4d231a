"""Makes NAME.expected of each NAME.py here by running it with real Python.

    make-expected.py [FILE...]

A file is run by Python 2.7, whose meaning configuration files have; one whose first line is "# by: python3" by Python 3, as it is spelled in a
way that only Python 3 reads. PYTHON2 and PYTHON3 name the interpreters. An .expected file starts with who made it, then has a line for each
top-level name, sorted, or the error that the file ended with. The tests only read these files; no Python is needed for them.
"""
import glob
import os
import subprocess
import sys

RUNNER = r'''
import sys
def show(v):
    if isinstance(v, dict):
        return "{" + ", ".join(sorted(show(k) + ": " + show(x) for k, x in v.items())) + "}"
    if isinstance(v, (set, frozenset)):
        return type(v).__name__ + "(" + ", ".join(sorted(show(x) for x in v)) + ")"
    if isinstance(v, list):
        return "[" + ", ".join(show(x) for x in v) + "]"
    if isinstance(v, tuple):
        return "(" + ", ".join(show(x) for x in v) + ("," if len(v) == 1 else "") + ")"
    return repr(v)
names = {}
error = None
try:
    exec(compile(open(sys.argv[1]).read(), sys.argv[1], "exec"), names)
except Exception as e:
    t = sys.exc_info()[2]
    while t.tb_next is not None:
        t = t.tb_next
    error = "error at line %d: %s" % (t.tb_lineno, e)
plain = (str, int, float, list, tuple, dict, bool, set, frozenset, type(None))
if sys.version_info[0] == 2:
    plain += (unicode, long)
lines = ["made by: Python %d.%d.%d" % sys.version_info[:3]]
lines += [n + " = " + show(names[n]) for n in sorted(names) if not n.startswith("_") and type(names[n]) in plain]
if error:
    lines.append(error)
sys.stderr.write("\n".join(lines) + "\n")
'''

here = os.path.dirname(os.path.abspath(__file__))
for path in sys.argv[1:] or sorted(glob.glob(os.path.join(here, "*.py"))):
    if os.path.basename(path) == os.path.basename(__file__):
        continue
    with open(path) as source:
        by3 = source.readline().startswith("# by: python3")
    python = os.environ.get("PYTHON3", "python3") if by3 else os.environ.get("PYTHON2", "python2.7")
    run = subprocess.run([python, "-c", RUNNER, path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, universal_newlines=True)
    if run.returncode != 0:
        sys.exit("%s: %s" % (path, run.stderr))
    with open(path[:-3] + ".expected", "w") as expected:
        expected.write(run.stderr)
