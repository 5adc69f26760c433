"""Runs a command on a terminal of its own: waits for prompts, types answers, and tells what the terminal showed."""
import fcntl, json, os, pty, select, signal, struct, sys, termios, time

plan = json.loads(sys.stdin.read())
pid, fd = pty.fork()
if pid == 0:
    # As every real terminal has one; without it there is no spinner.
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    os.execve(plan["argv"][0], plan["argv"], plan["env"])
shown = b""
steps = list(plan["steps"])
deadline = time.monotonic() + plan["limit"]
seen = 0
status = None
cmdlines = set()
meanwhile = []


def look_on(seconds):
    """What is shown while a person reads the question."""
    text = b""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if select.select([fd], [], [], left)[0]:
            text += os.read(fd, 65536)
    return text


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
        if "read" in step:
            meanwhile.append(look_on(step["read"]).decode("utf8", "replace"))
            shown += meanwhile[-1].encode()
        seen = len(shown)
        if "type" in step:
            os.write(fd, step["type"].encode())
        if "signal" in step:
            os.kill(pid, getattr(signal, step["signal"]))
else:
    os.kill(pid, signal.SIGKILL)
_, raw = os.waitpid(pid, 0)
code = os.waitstatus_to_exitcode(raw)
print(json.dumps({"code": code, "shown": shown.decode("utf8", "replace"), "left": len(steps), "meanwhile": meanwhile}))
