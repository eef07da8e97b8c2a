# An engine's console as a serial port: serial_port.py PROGRAM [ARGUMENT...] prints the name of a pseudo-terminal and runs the program at its
# other end, again and again, as a board that restarts. It ends when its standard input does. LOSE=N in its environment: each Nth byte on the way to
# the program is lost.
import os
import pty
import subprocess
import sys
import threading
import tty

master, slave = pty.openpty()
tty.setraw(slave)
print(os.ttyname(slave), flush=True)
ending = False
child = None
lose = int(os.environ.get("LOSE", "0"))


def watch():
    global ending
    sys.stdin.read()
    ending = True
    if child:
        child.kill()


def pass_on():
    passed = 0
    while True:
        kept = bytearray()
        for byte in os.read(master, 4096):
            passed += 1
            if passed % lose:
                kept.append(byte)
        try:
            child.stdin.write(kept)
            child.stdin.flush()
        except (OSError, ValueError):
            pass


threading.Thread(target=watch, daemon=True).start()
while not ending:
    first = child is None
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE if lose else master, stdout=master, stderr=subprocess.DEVNULL)
    if lose and first:
        threading.Thread(target=pass_on, daemon=True).start()
    child.wait()
