# An engine's console as a serial port: serial_port.py PROGRAM [ARGUMENT...] prints the name of a pseudo-terminal and runs the program at its
# other end, again and again, as a board that restarts. It ends when its standard input does. LOSE=N in its environment: each Nth byte on the way to
# the program is lost, and each Nth that it says.
import os
import pty
import subprocess
import sys
import threading
import time
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


def pass_on(read, write):
    passed = 0
    while True:
        kept = bytearray()
        for byte in read():
            passed += 1
            if passed % lose:
                kept.append(byte)
        try:
            write(kept)
        except (OSError, ValueError):
            pass


def tell(data):
    child.stdin.write(data)
    child.stdin.flush()


def hear():
    # Of a program that has ended: its successor's.
    while True:
        try:
            data = os.read(child.stdout.fileno(), 4096)
            if data:
                return data
        except (OSError, ValueError):
            pass
        time.sleep(0.01)


threading.Thread(target=watch, daemon=True).start()
while not ending:
    first = child is None
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE if lose else master, stdout=subprocess.PIPE if lose else master, stderr=subprocess.DEVNULL)
    if lose and first:
        threading.Thread(target=pass_on, args=(lambda: os.read(master, 4096), tell), daemon=True).start()
        threading.Thread(target=pass_on, args=(hear, lambda data: os.write(master, data)), daemon=True).start()
    child.wait()
