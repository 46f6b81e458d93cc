#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
Use a terminal program on a serial device, as a person would.

usage: terminal.py DEVICE FAR PROGRAM [ARG...]

PROGRAM, picocom or minicom, runs on a terminal of its own and has DEVICE open; FAR
is the other end of the cable. Keys typed have to arrive at FAR, what FAR sends has
to be on the screen, and the program has to end when it is told. Printed is what
does not depend on DEVICE, for comparison: the far end's view of DTR.
"""
import os
import pty
import select
import sys
import time

import serial

PATIENCE = 60

# The words on the screen when it is ready, and the keys that end it.
PROGRAMS = {
    'picocom': (b'Terminal ready', [b'\x01\x18']),
    'minicom': (b'Press CTRL-A Z', [b'\x01x', b'\r']),
}


def until(what, condition):
    """Wait for it, or end the program."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f'not in {PATIENCE} s: {what}')
        time.sleep(0.02)


class Program:
    """A program on a pseudo-terminal of 80 by 24."""

    def __init__(self, command):
        self.screen = b''
        self.pid, self.terminal = pty.fork()
        if not self.pid:
            os.environ.update(TERM='vt102', LINES='24', COLUMNS='80')
            os.execvp(command[0], command)

    def read(self):
        """Take what is there to be shown; false when the program is gone."""
        try:
            while select.select([self.terminal], [], [], 0)[0]:
                self.screen += os.read(self.terminal, 4096)
        except OSError:
            return False
        return True

    def shows(self, text):
        """Is it on the screen, or was it?"""
        self.read()
        return text in self.screen

    def type(self, keys):
        """Strike some keys."""
        os.write(self.terminal, keys)

    def status(self):
        """The exit status, once it has ended."""
        until('the end of the program', lambda: not self.read())
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def converse(program, far):
    """Each side says something."""
    program.type(b'typed here')
    until('what is typed', lambda: far.in_waiting >= 10)
    assert far.read(far.in_waiting) == b'typed here'
    far.write(b'said there')
    until('what the far end sends, on the screen', lambda: program.shows(b'said there'))


def main():
    """The whole of it."""
    device, far_device, *command = sys.argv[1:]
    ready, end = PROGRAMS[os.path.basename(command[0])]
    far = serial.Serial(far_device, 115200, timeout=0)

    program = Program(command + ([device] if command[0] == 'picocom' else ['-D', device]))
    try:
        until('the program to be ready', lambda: program.shows(ready))
        until('DTR', lambda: far.dsr)
        converse(program, far)
        print('DTR while it runs:', far.dsr)
        for keys in end:
            program.type(keys)
            time.sleep(0.5)
        print('status:', program.status())
        print('DTR afterwards:', far.dsr)
    except BaseException:
        print('the screen:', program.screen)
        raise


main()
