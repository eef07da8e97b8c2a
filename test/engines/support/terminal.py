# A pseudo-terminal: prints its name and a line feed, then copies what comes in at one end to the other, both ways, until its standard input ends.
import os
import pty
import sys
import threading
import tty

master, slave = pty.openpty()
tty.setraw(slave)
sys.stdout.write(os.ttyname(slave) + "\n")
sys.stdout.flush()


def listen():
    while True:
        data = os.read(master, 4096)
        os.write(1, data)


threading.Thread(target=listen, daemon=True).start()
while True:
    data = os.read(0, 4096)
    if not data:
        break
    os.write(master, data)
