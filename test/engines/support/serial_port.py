# An engine's console as a serial port: serial_port.py PROGRAM [ARGUMENT...] prints the name of a pseudo-terminal and runs the program at its
# other end, again and again, as a board that restarts. It ends when its standard input does.
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


def watch():
    global ending
    sys.stdin.read()
    ending = True
    if child:
        child.kill()


threading.Thread(target=watch, daemon=True).start()
while not ending:
    child = subprocess.Popen(sys.argv[1:], stdin=master, stdout=master, stderr=subprocess.DEVNULL)
    child.wait()
