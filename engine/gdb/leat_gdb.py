# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""Goroutines in gdb, in a running process or a core file, with or without debug information.

    (gdb) source engine/gdb/leat_gdb.py
    (gdb) info goroutines
    (gdb) goroutine 7 bt

What a G looks like is read from the program itself: engine/runtime/debug_layout.h.
"""

import struct

import gdb

POINTER_BYTES = 8
FRAMES_MAX = 100
DEAD = 0
RUNNING = ("running", "blocking call")
# Saved by a switch of Boost.Context, from the stack pointer on: (frame pointer, where it goes on).
SAVED = {"x86-64": (0x38, 0x40), "aarch64": (0x90, 0xA0)}


def read(address, count):
    return bytes(gdb.selected_inferior().read_memory(address, count))


def word(address):
    return struct.unpack("<Q", read(address, POINTER_BYTES))[0]


def text(address):
    """The string at an address, or nothing for a null pointer."""
    return gdb.Value(address).cast(gdb.lookup_type("char").pointer()).string() if address else ""


class Layout:
    """leat_debug, field by field."""

    FIELDS = (
        "scheduler_slabs slab_bytes slab_memory slab_used g_bytes g_sp g_id g_status g_wait_reason g_name g_waits_for "
        "g_created_at statuses status_count wait_reasons wait_reason_count"
    ).split()

    def __init__(self):
        try:
            at = int(gdb.parse_and_eval("(unsigned long)&leat_debug"))
        except gdb.error:
            raise gdb.GdbError("this program has no leat engine in it") from None
        if word(at) != 1:
            raise gdb.GdbError("no runtime of leat has been started yet, or it is newer than this script")
        self.schedulers = [word(at + 8 + 8 * i) for i in range(8)]
        for i, name in enumerate(self.FIELDS):
            setattr(self, name, word(at + 8 * (9 + i)))

    def text_of(self, table, count, index):
        return text(word(table + POINTER_BYTES * index)) if index < count else "?"


class Goroutine:
    def __init__(self, layout, at):
        self.id = word(at + layout.g_id)
        self.sp = word(at + layout.g_sp)
        self.state = layout.text_of(layout.statuses, layout.status_count, read(at + layout.g_status, 1)[0])
        self.reason = layout.text_of(
            layout.wait_reasons, layout.wait_reason_count, read(at + layout.g_wait_reason, 1)[0]
        )
        self.name = text(word(at + layout.g_name))
        self.waits_for = text(word(at + layout.g_waits_for))
        place = word(at + layout.g_created_at)  # std::source_location: file, function, line
        self.created_at = f"{text(word(place))}:{struct.unpack('<I', read(place + 16, 4))[0]}" if place else "?"

    def __str__(self):
        name = f" '{self.name}'" if self.name else ""
        state = self.state
        if state == "waiting":
            state = self.reason + (f" on '{self.waits_for}'" if self.waits_for else "")
        return f"goroutine {self.id}{name} [{state}], created at {self.created_at}"


def goroutines():
    layout = Layout()
    found = []
    for scheduler in filter(None, layout.schedulers):
        first, end = word(scheduler + layout.scheduler_slabs), word(scheduler + layout.scheduler_slabs + POINTER_BYTES)
        for slab in range(first, end, layout.slab_bytes):
            memory, used = word(slab + layout.slab_memory), word(slab + layout.slab_used)
            for at in range(memory, memory + used * layout.g_bytes, layout.g_bytes):
                if read(at + layout.g_status, 1)[0] != DEAD:
                    found.append(Goroutine(layout, at))
    return sorted(found, key=lambda g: g.id)


def describe_place(pc):
    """`0x... in function+12 (file:line)`."""
    symbol = gdb.execute(f"info symbol {pc:#x}", to_string=True).split(" in section")[0].strip()
    line = gdb.find_pc_line(pc - 1)
    place = f" ({line.symtab.filename}:{line.line})" if line.symtab else ""
    return f"{pc:#x} in {symbol}{place}"


def frames(goroutine):
    """The places where a goroutine that does not run will go on, innermost first: along its frame pointers."""
    arch = gdb.selected_inferior().architecture().name()
    fp_at, pc_at = SAVED["aarch64" if arch.startswith("aarch64") else "x86-64"]
    fp, pc = word(goroutine.sp + fp_at), word(goroutine.sp + pc_at)
    for _ in range(FRAMES_MAX):
        yield pc
        if fp <= goroutine.sp:  # the first frame has none; frames lie above one another
            return
        try:
            caller, pc = word(fp), word(fp + POINTER_BYTES)
        except gdb.MemoryError:
            return
        if pc == 0 or (caller != 0 and caller <= fp):
            return
        fp = caller


class InfoGoroutines(gdb.Command):
    """Lists the goroutines of all runtimes of leat in this program."""

    def __init__(self):
        super().__init__("info goroutines", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        for goroutine in goroutines():
            print(goroutine)


class GoroutineCommand(gdb.Command):
    """goroutine ID bt: where a goroutine waits. One that runs is on a thread: see `thread apply all bt`."""

    def __init__(self):
        super().__init__("goroutine", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        words = argument.split()
        if len(words) != 2 or not words[0].isdigit() or words[1] != "bt":
            raise gdb.GdbError("usage: goroutine ID bt")
        for goroutine in goroutines():
            if goroutine.id != int(words[0]):
                continue
            print(goroutine)
            if goroutine.state in RUNNING:
                print("It is on a thread now: see `thread apply all bt`.")
            elif goroutine.sp == 0:
                print("It has not begun.")
            else:
                for number, pc in enumerate(frames(goroutine)):
                    print(f"#{number:<3} {describe_place(pc)}")
            return
        raise gdb.GdbError(f"there is no goroutine {words[0]}")


InfoGoroutines()
GoroutineCommand()
