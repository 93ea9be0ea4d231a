"""Runs the tests' commands in dom0, and takes snapshots of the host, for Agent.cs.

One process for all of them: in the emulator a session of sshd with its shells costs three times what the command itself does. Requests
are lines of JSON on standard input, answers lines of JSON on standard output, in the order in which they are ready.

  {"id": 1, "run": "shell command", "limit": seconds, "input": base64}  ->  {"id": 1, "status": N, "stdout": base64, "stderr": base64, "late": bool}
  {"id": 2, "snapshot": true}                                           ->  {"id": 2, "sections": {"domains": [lines], ...}}
  {"id": 3, "cancel": 1}                                                ->  no answer of its own
"""
import base64
import json
import os
import signal
import subprocess
import sys
import threading

import snapshot

running = {}  # request -> process
writing = threading.Lock()


def answer(message):
    text = json.dumps(message)
    with writing:
        print(text, flush=True)


def kill(process, number):
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        pass


def run(request):
    process = subprocess.Popen(
        ["bash", "-c", request["run"]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    running[request["id"]] = process
    late = False
    try:
        stdout, stderr = process.communicate(base64.b64decode(request["input"]), request["limit"])
    except subprocess.TimeoutExpired:
        late = True
        kill(process, signal.SIGTERM)
        try:
            stdout, stderr = process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            kill(process, signal.SIGKILL)
            stdout, stderr = process.communicate()
    del running[request["id"]]
    status = process.returncode if process.returncode >= 0 else 128 - process.returncode
    texts = [base64.b64encode(text).decode() for text in (stdout, stderr)]
    answer({"id": request["id"], "status": status, "stdout": texts[0], "stderr": texts[1], "late": late})


def take_snapshot(request):
    answer({"id": request["id"], "sections": snapshot.take()})


for line in sys.stdin:
    request = json.loads(line)
    if "cancel" in request:
        process = running.get(request["cancel"])
        if process:
            kill(process, signal.SIGKILL)
    else:
        work = take_snapshot if "snapshot" in request else run
        threading.Thread(target=work, args=(request,), daemon=True).start()
