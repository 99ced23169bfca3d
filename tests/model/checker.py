# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""A model checker for protocols of a few instructions: visits every state that a handful of threads can reach, under
sequential consistency or under total store order (each thread's stores wait in a buffer of its own, as on x86).

A program is a list of the instructions below. A thread has registers (a dict handed to every function); memory is a
dict of variables. Values must be hashable.
"""

import dataclasses
import typing

STATES_MAX = 2_000_000


# ------------------------------------------------------------------------------------------------------- instructions


@dataclasses.dataclass
class Instruction:
    kind: str
    name: str = ""  # of a variable or a label
    register: str = ""
    function: typing.Any = None


def store(variable, value):
    """`value` may be a function of the registers."""
    return Instruction("store", variable, function=value if callable(value) else lambda r: value)


def load(register, variable):
    return Instruction("load", variable, register)


def fence():
    return Instruction("fence")


def update(register, variable, function):
    """One locked read-modify-write: register = old value; variable = function(old, registers)."""
    return Instruction("update", variable, register, function)


def step(function):
    """Several accesses under one lock: function(memory, registers) may change both."""
    return Instruction("step", function=function)


def jump(label_name, condition=lambda r: True):
    return Instruction("jump", label_name, function=condition)


def label(name):
    return Instruction("label", name)


def wait(condition):
    """Sleeps until condition(memory)."""
    return Instruction("wait", function=condition)


def drain(thread):
    """One part of a fence in all threads: passes at a moment at which the buffer of `thread` is empty."""
    return Instruction("drain", function=thread)


def compare_and_swap(register, variable, expected, value):
    """register = the old value; it has succeeded if that is `expected`."""
    return update(register, variable, lambda old, r: value if old == expected else old)


# -------------------------------------------------------------------------------------------------------- exploration


class Explorer:
    def __init__(self, programs, has_buffers):
        self.programs = programs
        self.has_buffers = has_buffers
        self.labels = [{i.name: at for at, i in enumerate(p) if i.kind == "label"} for p in programs]

    def read(self, memory, buffer, variable):
        for name, value in reversed(buffer):
            if name == variable:
                return value
        return memory[variable]

    def execute(self, memory, threads, at):
        """(memory, counter, registers, buffer) after the next instruction of thread `at`, or None: it must wait."""
        counter, registers, buffer = threads[at]
        if counter >= len(self.programs[at]):
            return None
        instruction = self.programs[at][counter]
        memory, registers, counter = dict(memory), dict(registers), counter + 1
        kind, function = instruction.kind, instruction.function
        if kind in ("fence", "update", "step", "wait") and buffer:
            return None
        if kind == "store":
            pair = (instruction.name, function(registers))
            if self.has_buffers:
                buffer += (pair,)
            else:
                memory[pair[0]] = pair[1]
        elif kind == "load":
            registers[instruction.register] = self.read(memory, buffer, instruction.name)
        elif kind == "update":
            old = memory[instruction.name]
            memory[instruction.name] = function(old, registers)
            registers[instruction.register] = old
        elif kind == "step":
            function(memory, registers)
        elif kind == "jump" and function(registers):
            counter = self.labels[at][instruction.name]
        elif kind == "wait" and not function(memory):
            return None
        elif kind == "drain" and threads[function][2]:
            return None
        return memory, counter, registers, buffer

    def successors(self, state):
        memory, threads = dict(state[0]), state[1]
        for at, (counter, registers, buffer) in enumerate(threads):
            moves = [self.execute(memory, threads, at)]
            if buffer:
                moves.append((memory | dict(buffer[:1]), counter, dict(registers), buffer[1:]))
            for move in filter(None, moves):
                thread = (move[1], tuple(sorted(move[2].items())), move[3])
                yield tuple(sorted(move[0].items())), threads[:at] + (thread,) + threads[at + 1 :]

    def explore(self, memory, always, finally_):
        """(what is wrong, or the empty string; states visited)."""
        first = (tuple(sorted(memory.items())), tuple((0, (), ()) for _ in self.programs))
        seen, left = {first}, [first]
        while left:
            state = left.pop()
            memory = dict(state[0])
            if wrong := always(memory):
                return wrong, len(seen)
            following = list(self.successors(state))
            if not following and (wrong := finally_(memory)):
                return wrong, len(seen)
            for after in following:
                if after not in seen:
                    seen.add(after)
                    left.append(after)
            if len(seen) > STATES_MAX:
                return f"more than {STATES_MAX} states", len(seen)
        return "", len(seen)


def nothing(memory):
    return ""


@dataclasses.dataclass
class Model:
    """Threads over a memory. `always` and `finally_` (when no thread can go on) say what is wrong with a memory."""

    memory: dict
    programs: list
    always: typing.Callable = nothing
    finally_: typing.Callable = nothing

    def check(self, has_buffers):
        return Explorer(self.programs, has_buffers).explore(self.memory, self.always, self.finally_)
