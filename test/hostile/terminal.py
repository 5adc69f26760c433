"""Runs a command on a terminal of its own: waits for prompts, types answers, and tells what the terminal showed."""
import json, os, pty, select, signal, sys, time

plan = json.loads(sys.stdin.read())
pid, fd = pty.fork()
if pid == 0:
    os.execve(plan["argv"][0], plan["argv"], plan["env"])
shown = b""
steps = list(plan["steps"])
deadline = time.monotonic() + plan["limit"]
seen = 0
status = None
cmdlines = set()
while time.monotonic() < deadline:
    ready, _, _ = select.select([fd], [], [], 0.05)
    if ready:
        try:
            data = os.read(fd, 65536)
        except OSError:
            data = b""
        if not data:
            break
        shown += data
    try:
        cmdlines.add(open(f"/proc/{pid}/cmdline", "rb").read())
    except OSError:
        pass
    if steps and steps[0]["wait"].encode() in shown[seen:]:
        step = steps.pop(0)
        seen = len(shown)
        if "type" in step:
            os.write(fd, step["type"].encode())
        if "signal" in step:
            os.kill(pid, getattr(signal, step["signal"]))
else:
    os.kill(pid, signal.SIGKILL)
_, raw = os.waitpid(pid, 0)
code = os.waitstatus_to_exitcode(raw)
print(json.dumps({"code": code, "shown": shown.decode("utf8", "replace"), "left": len(steps)}))
