# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
"""The protocols of engine/runtime as models, each with the variants that must fail: they show what every fence, order
and lock is for. A function builds one variant; PROTOCOLS lists which are right and which are broken."""

from checker import Model, compare_and_swap, drain, fence, jump, label, load, step, store, update, wait


def take_all(old, registers):
    return 0


# -------------------------------------------------------------------------------------- idle.cpp: sleep against submit


def sleep_against_submit(has_fence=True, counts_down_first=True):
    """Invariants 1 and 2: the last searcher gives up while somebody submits."""
    submit = [store("queue", 1)] + ([fence()] if has_fence else [])
    submit += [
        load("spinning", "spinning"), jump("end", lambda r: r["spinning"] != 0),
        compare_and_swap("old", "spinning", 0, 1), jump("end", lambda r: r["old"] != 0),
        store("woken", 1), label("end"),
    ]  # fmt: skip
    count_down = update("_", "spinning", lambda old, r: old - 1)
    last_look = load("seen", "queue")
    search = [load("seen", "queue"), jump("take", lambda r: r["seen"] == 1)]
    search += [count_down, last_look] if counts_down_first else [last_look, count_down]
    search += [
        jump("take", lambda r: r["seen"] == 1), wait(lambda m: m["woken"] == 1),
        label("take"), update("_", "queue", take_all),
    ]  # fmt: skip
    return Model(
        {"queue": 0, "spinning": 1, "woken": 0}, [submit, search],
        finally_=lambda m: "work is queued, and the searcher sleeps" if m["queue"] else "",
    )


def global_to_ring(counts_until_put=True, looks_at_global_first=True):
    """Invariants 2 and 5: somebody who does not search moves work to his ring, and computes on. The last searcher gives
    up meanwhile; it was there when the work was submitted, so nobody has been woken."""
    put, uncount = store("ring", 1), store("global", 0)
    mover = [put, uncount] if counts_until_put else [uncount, put]
    looks = [
        [load("global", "global"), jump("seen", lambda r: r["global"] == 1)],
        [load("ring", "ring"), jump("seen", lambda r: r["ring"] == 1)],
    ]
    first, second = looks if looks_at_global_first else reversed(looks)
    searcher = [update("_", "spinning", lambda old, r: old - 1), fence(), *first, *second, jump("end")]
    searcher += [label("seen"), store("noticed", 1), label("end")]
    return Model(
        {"global": 1, "ring": 0, "spinning": 1, "noticed": 0}, [mover, searcher],
        finally_=lambda m: "work lies in a ring, and the searcher sleeps" if not m["noticed"] else "",
    )


def need_spinning(reads_idle_twice=True, sleeper_reads_flag=True):
    """Invariants 2 to 4 with three Ms. The first submits and computes on. The second is the only searcher: it finds an
    older piece of work, so the chain of wake-ups must go on. The third goes to sleep without having searched, because
    there was a searcher. All three may do so at the same time."""

    def wake_one(m, r):
        if m["spinning"] != 0:
            return
        if m["idle"] > 0:
            m["idle"] -= 1
            m["spinning"] += 1
            m["woken"] += 1
        else:
            m["need"] = 1

    wake = [load("idle", "idle"), jump("wake", lambda r: r["idle"] != 0)]
    wake += [load("need", "need"), jump("end", lambda r: r["need"] == 1), update("_", "need", lambda old, r: 1)]
    if reads_idle_twice:
        wake += [load("idle", "idle"), jump("wake", lambda r: r["idle"] != 0)]
    wake += [jump("end"), label("wake"), step(wake_one), label("end")]
    submit = [store("new", 1), fence()] + wake
    searcher = [update("_", "old", take_all), update("_", "spinning", lambda old, r: old - 1)] + wake

    def begin_spinning(m, r):
        m["idle"] -= 1
        m["spinning"] += 1
        m["need"] = 0
        r["spins"] = 1

    def go_idle(m, r):
        m["idle"] += 1
        r["spins"] = 0
        if sleeper_reads_flag and m["need"]:
            begin_spinning(m, r)

    def give_up_p(m, r):
        m["idle"] += 1

    def look_again(m, r):
        r["spins"] = 0
        if m["new"] and m["idle"] > 0:
            begin_spinning(m, r)
        elif m["new"]:
            m["need"] = 1

    def woken(m, r):
        m["woken"] -= 1

    def found(m, r):
        m["new"] = 0
        m["spinning"] -= 1

    sleeper = [
        step(go_idle), jump("sleep", lambda r: not r["spins"]),
        label("search"), load("seen", "new"), jump("found", lambda r: r["seen"] == 1),
        step(give_up_p), update("_", "spinning", lambda old, r: old - 1), fence(),
        step(look_again), jump("search", lambda r: r["spins"] == 1),
        label("sleep"), wait(lambda m: m["woken"] > 0), step(woken), jump("search"),
        label("found"), step(found),
    ]  # fmt: skip
    return Model(
        {"old": 1, "new": 0, "idle": 0, "spinning": 1, "need": 0, "woken": 0}, [submit, searcher, sleeper],
        finally_=lambda m: "work lies beside an idle processor" if m["new"] and m["idle"] else "",
    )


# ------------------------------------------------------------------------------------------ park.cpp, thread_sync.cpp


def park_commit(saves_first=True):
    """A goroutine becomes visible to wakers only after its context is saved."""
    saved, visible = store("saved", 1), store("visible", 1)
    parker = [saved, visible] if saves_first else [visible, saved]
    waker = [wait(lambda m: m["visible"] == 1), load("saved", "saved"), store("ran", lambda r: 1 if r["saved"] else 2)]
    return Model(
        {"visible": 0, "saved": 0, "ran": 0}, [parker, waker],
        always=lambda m: "resumed before its context was saved: two Ms on one stack" if m["ran"] == 2 else "",
    )


def futex_note(reads_word_first=True):
    """A thread sleeps on a futex only if its word is as it was before the last look."""

    def sleep_if_unchanged(m, r):
        r["sleeps"] = int(m["word"] == r["word"])
        m["asleep"] |= r["sleeps"]

    def wake(m, r):
        m["woken"] = m["asleep"]

    first, second = load("word", "word"), load("seen", "queue")
    sleeper = [first, second] if reads_word_first else [second, first]
    sleeper += [
        jump("take", lambda r: r["seen"] == 1), step(sleep_if_unchanged), jump("take", lambda r: not r["sleeps"]),
        wait(lambda m: m["woken"] == 1), label("take"), update("_", "queue", take_all),
    ]  # fmt: skip
    waker = [store("queue", 1), update("_", "word", lambda old, r: old + 1), step(wake)]
    return Model(
        {"queue": 0, "word": 0, "asleep": 0, "woken": 0}, [waker, sleeper],
        finally_=lambda m: "a wake-up was lost" if m["queue"] else "",
    )


# -------------------------------------------------------------------------------------------- handoff.cpp, deadlock.cpp


def exit_against_retake(exits_by_swap=True):
    """The M that comes back from a blocking call and sysmon want the same P."""
    owner = [update("_", "word", lambda old, r: "blocking")]
    if exits_by_swap:
        owner += [compare_and_swap("old", "word", "blocking", "running"), jump("lost", lambda r: r["old"] != "blocking")]
    else:
        owner += [load("old", "word"), jump("lost", lambda r: r["old"] != "blocking"), store("word", "running")]
    owner += [store("owner_inside", 1), store("owner_inside", 0), label("lost")]
    sysmon = [
        compare_and_swap("old", "word", "blocking", "idle"), jump("end", lambda r: r["old"] != "blocking"),
        store("other_inside", 1), store("other_inside", 0), label("end"),
    ]  # fmt: skip
    return Model(
        {"word": "running", "owner_inside": 0, "other_inside": 0}, [owner, sysmon],
        always=lambda m: "two Ms inside one P" if m["owner_inside"] and m["other_inside"] else "",
    )


def exit_against_retake_against_deadlock_check(queues_in_one_step=True, blocked_m_counts_as_idle=False):
    """One P, two Ms: the first is in a blocking call, the second searches and goes to sleep; sysmon takes the P from
    the first. No deadlock may be reported while the first one's goroutine lives, and it must come to its end."""

    def asleep(m):
        return m["idle_ps"] == 1 and m["idle_ms"] == 2 and not m["global"]

    def check(m):
        m["reported"] |= int(asleep(m))

    def enter(m, r):
        m["word"] = "blocking"
        m["idle_ms"] += int(blocked_m_counts_as_idle)

    def back(m, r):
        m["idle_ms"] -= int(blocked_m_counts_as_idle)

    def look_for_p(m, r):
        r["has_p"] = m["idle_ps"]
        m["idle_ps"] = 0

    def queue_or_take(m, r):
        look_for_p(m, r)
        if not r["has_p"]:
            m["global"] = 1

    def queue(m, r):
        m["global"] = 1

    def finish(m, r):
        m["done"] = 1

    def stop(m, r):
        m["idle_ms"] += 1
        check(m)

    owner = [step(enter), step(back), compare_and_swap("old", "word", "blocking", "running")]
    owner += [jump("run", lambda r: r["old"] == "blocking")]
    if queues_in_one_step:
        owner += [step(queue_or_take), jump("run", lambda r: r["has_p"])]
    else:
        owner += [step(look_for_p), jump("run", lambda r: r["has_p"]), step(queue)]
    owner += [step(stop), jump("end"), label("run"), step(finish), label("end")]

    def hand_off(m, r):
        r["starts"] = m["global"]
        if not m["global"]:
            m["idle_ps"] = 1
            check(m)

    def start(m, r):
        m["idle_ms"] -= 1
        m["given"] = 1

    sysmon = [
        compare_and_swap("old", "word", "blocking", "idle"), jump("end", lambda r: r["old"] != "blocking"),
        step(hand_off), jump("end", lambda r: not r["starts"]), wait(lambda m: m["idle_ms"] > 0), step(start),
        label("end"),
    ]  # fmt: skip

    def take(m, r):
        m["given"] = 0
        m["done"] |= m["global"]
        m["global"] = 0

    other = [step(stop), wait(lambda m: m["given"] == 1), step(take)]

    def always(m):
        return "deadlock reported while a goroutine lives" if m["reported"] and not m["done"] else ""

    return Model(
        {"word": "running", "idle_ps": 0, "idle_ms": 0, "global": 0, "reported": 0, "given": 0, "done": 0},
        [owner, sysmon, other], always,
        finally_=lambda m: "the goroutine is queued beside an idle processor" if not m["done"] else "",
    )


def stop_against_exit(reads_after_swap=True, has_fence=True):
    """lifecycle.cpp, invariant 2: an M takes its P back (or another one that lies idle) while main returns. Its
    goroutine looks at nothing but the word from then on, so there must be a request in it."""
    take = [compare_and_swap("old", "word", "left", "running")]
    if reads_after_swap:
        owner = take + [load("stopping", "stopping"), jump("end", lambda r: r["stopping"] == 0)]
        owner += [compare_and_swap("_", "word", "running", "asked")]
    else:
        owner = [load("stopping", "stopping"), jump("end", lambda r: r["stopping"] == 1)] + take
    main = [store("stopping", 1)] + ([fence()] if has_fence else [])
    main += [load("seen", "word"), jump("end", lambda r: r["seen"] != "running")]
    main += [compare_and_swap("_", "word", "running", "asked"), label("end")]
    return Model(
        {"word": "left", "stopping": 0}, [owner + [label("end")], main],
        finally_=lambda m: "a goroutine runs on after main has returned" if m["word"] == "running" else "",
    )


# ----------------------------------------------------------------------------------------------- ghosts.cpp, tokens.cpp


def ghost_push(has_fence=True, owner_looks=True):
    """Invariant 3: the owner of a P pushes while sysmon makes it a ghost and empties its queue."""
    owner = [store("queue", 1)]
    if owner_looks:
        owner += [
            load("word", "word"), jump("end", lambda r: r["word"] == "running"),
            update("taken", "queue", take_all), jump("end", lambda r: r["taken"] == 0),
            update("_", "global", lambda old, r: old + 1),
        ]  # fmt: skip
    owner += [label("end")]
    sysmon = [update("_", "word", lambda old, r: "ghost")] + ([drain(0)] if has_fence else [])
    sysmon += [
        update("taken", "queue", take_all), jump("end", lambda r: r["taken"] == 0),
        update("_", "global", lambda old, r: old + 1), label("end"),
    ]  # fmt: skip
    return Model(
        {"word": "running", "queue": 0, "global": 0}, [owner, sysmon],
        finally_=lambda m: "a goroutine is stranded in a ghost's queue"
        if m["word"] == "ghost" and (m["queue"] or not m["global"]) else "",
    )  # fmt: skip


def ghost_return(is_one_step=True):
    """Invariant 4: a ghost finds no token and queues its goroutine while the last token goes idle."""

    def settle(m, r):
        if m["tokens"]:
            m["tokens"] -= 1
        else:
            m["global"] = 1

    def go_idle(m, r):
        if m["global"]:
            m["global"] = 0
        else:
            m["tokens"] += 1

    if is_one_step:
        ghost, last = [step(settle)], [step(go_idle)]
    else:
        ghost = [
            update("had", "tokens", lambda old, r: max(0, old - 1)), jump("end", lambda r: r["had"] > 0),
            store("global", 1), label("end"),
        ]  # fmt: skip
        last = [
            update("seen", "global", take_all), jump("end", lambda r: r["seen"] == 1),
            update("_", "tokens", lambda old, r: old + 1), label("end"),
        ]  # fmt: skip
    return Model(
        {"tokens": 0, "global": 0}, [ghost, last],
        finally_=lambda m: "a goroutine is queued while a token lies idle" if m["global"] and m["tokens"] else "",
    )


def token_machine(demotes_by_swap=True):
    """One token; a hog with two scheduling points and an end, sysmon, and the M that gets the token."""

    def settle(m, r):
        r["goes_on"] = 1
        if m["word"] == "running":
            return
        if m["idle"] > 0:
            m["idle"] -= 1
            m["word"] = "running"
        else:
            m["word"], m["global"], r["goes_on"] = "spare", 1, 0

    def finish(m, r):
        m["idle"] += int(m["word"] == "running")
        m["word"], m["done"] = "spare", 1

    hog = []
    for at in ("first", "second"):
        hog += [load("seen", "word"), jump(at, lambda r: r["seen"] == "running"), step(settle)]
        hog += [jump("end", lambda r: not r["goes_on"]), label(at)]
    hog += [step(finish), label("end")]

    def demote(m, r):
        r["did"] = int(not demotes_by_swap or m["word"] == "running")
        if r["did"]:
            m["word"], m["held"] = "ghost", 1

    def hand_over(m, r):
        m["held"], m["heir"] = 0, 1

    sysmon = [load("seen", "word"), jump("end", lambda r: r["seen"] != "running")]
    sysmon += [step(demote), jump("end", lambda r: not r["did"]), step(hand_over), label("end")]

    def run_or_go_idle(m, r):
        r["ran"] = m["global"]
        if m["global"]:
            m["global"], m["done"] = 0, 1
        else:
            m["heir"] = 0
            m["idle"] += 1

    heir = [wait(lambda m: m["heir"] == 1), label("again"), step(run_or_go_idle), jump("again", lambda r: r["ran"])]

    def always(m):
        tokens = int(m["word"] == "running") + m["held"] + m["heir"] + m["idle"]
        return f"{tokens} tokens instead of one" if tokens != 1 else ""

    return Model(
        {"word": "running", "held": 0, "heir": 0, "idle": 0, "global": 0, "done": 0}, [hog, sysmon, heir], always,
        finally_=lambda m: "the hog's goroutine never ends" if m["global"] or not m["done"] else "",
    )


def growth_from_one(has_fence=True):
    """tokens.cpp, invariant 3: a publisher that believes to be alone, and a second token that appears."""
    publisher = [store("queue", 1), load("solo", "solo"), jump("end", lambda r: r["solo"] == 1)]
    publisher += [fence(), update("_", "woken", lambda old, r: 1), label("end")]
    resizer = [update("_", "solo", lambda old, r: 0)] + ([drain(0)] if has_fence else [])
    resizer += [load("seen", "queue"), jump("end", lambda r: r["seen"] == 0), update("_", "woken", lambda old, r: 1)]
    resizer += [label("end")]
    return Model(
        {"queue": 0, "solo": 1, "woken": 0}, [publisher, resizer],
        finally_=lambda m: "work is queued, and nobody was woken for it" if not m["woken"] else "",
    )


# ------------------------------------------------------------------------------------------------------ timers, select


def timer_against_sleep(has_fences=True):
    """A new timer is earlier than the time until which the poller is about to sleep."""
    barrier = [fence()] if has_fences else []
    add = [store("earliest", 1), *barrier, load("until", "until"), jump("end", lambda r: r["until"] != "late")]
    add += [update("_", "broken", lambda old, r: 1), label("end")]
    poll = [store("until", "late"), *barrier, load("seen", "earliest"), jump("end", lambda r: r["seen"] == 1)]
    poll += [wait(lambda m: m["broken"] == 1), label("end"), store("noticed", 1)]
    return Model(
        {"earliest": 0, "until": "none", "broken": 0, "noticed": 0}, [add, poll],
        finally_=lambda m: "the poller sleeps past an earlier timer" if not m["noticed"] else "",
    )


def poller_leaves(tells_sysmon=True, has_fence=True):
    """poll.cpp, invariant 3: all processors are busy, the poller leaves for another reason, a timer is set, and sysmon
    goes to sleep for long: it looks at no timers while somebody polls."""
    poll = [store("until", "none")] + ([fence()] if has_fence else [])
    wake_sysmon = [load("sysmon", "sysmon"), jump("end", lambda r: r["sysmon"] != "late"), store("woken", 1)]
    if tells_sysmon:
        poll += [load("seen", "earliest"), jump("end", lambda r: r["seen"] == 0), *wake_sysmon]
    add = [store("earliest", 1), fence(), load("until", "until"), jump("end", lambda r: r["until"] != "none")]
    add += wake_sysmon
    sysmon = [
        store("sysmon", "late"), fence(), load("until", "until"), jump("sleep", lambda r: r["until"] != "none"),
        load("seen", "earliest"), jump("end", lambda r: r["seen"] == 1),
        label("sleep"), wait(lambda m: m["woken"] == 1), label("end"), store("noticed", 1),
    ]  # fmt: skip
    return Model(
        {"earliest": 0, "until": "late", "sysmon": "looks", "woken": 0, "noticed": 0},
        [poll + [label("end")], add + [label("end")], sysmon],
        finally_=lambda m: "nobody looks when the timer is due" if not m["noticed"] else "",
    )


def select_against_close(claims_by_swap=True, claims_before_delivery=True):
    """A select waits to receive from two channels. A sender hands a value over at one while the other is closed: one of
    them completes the select, once, and a value is delivered only by who does."""

    def enqueue(m, r):
        m["waits_a"] = m["waits_b"] = 1

    def unlink(m, r):
        m["waits_a"] = m["waits_b"] = 0
        m["result"] = m["slot"]

    select = [step(enqueue), wait(lambda m: m["readied"] > 0), step(unlink)]

    def dequeue(channel):
        def take(m, r):
            r["found"] = m[channel]
            m[channel] = 0

        return step(take)

    claim = [compare_and_swap("old", "done", 0, 1)]
    if not claims_by_swap:
        claim = [load("old", "done"), jump("skip", lambda r: r["old"] != 0), store("done", 1), fence(), label("skip")]
    ready = update("_", "readied", lambda old, r: old + 1)

    def completed(name):
        return step(lambda m, r: m.__setitem__("by", m["by"] + (name,)))

    def side(channel, name, slot):
        deliver = store("slot", slot)
        program = [wait(lambda m: m[channel] == 1 or m["result"] is not None), dequeue(channel)]
        program += [jump("end", lambda r: not r["found"])]
        if not claims_before_delivery:
            program += [deliver]
        program += claim + [jump("end", lambda r: r["old"] != 0)]
        if claims_before_delivery:
            program += [deliver]
        return program + [fence(), completed(name), ready, label("end")]

    def always(m):
        if m["readied"] > 1:
            return "the select was made runnable twice"
        if m["result"] is not None and m["by"] and m["result"] != m["by"][0]:
            return f"completed by the {m['by'][0]}, but its result is that of the {m['result']}"
        return ""

    return Model(
        {"waits_a": 0, "waits_b": 0, "done": 0, "slot": None, "readied": 0, "result": None, "by": ()},
        [select, side("waits_a", "sender", "sender"), side("waits_b", "closer", "closer")], always,
        finally_=lambda m: "the select never returns" if m["result"] is None else "",
    )


# Each protocol with its broken variants, as keyword arguments.
PROTOCOLS = {
    sleep_against_submit: [{"has_fence": False}, {"counts_down_first": False}],
    global_to_ring: [{"counts_until_put": False}, {"looks_at_global_first": False}],
    need_spinning: [{"reads_idle_twice": False}, {"sleeper_reads_flag": False}],
    park_commit: [{"saves_first": False}],
    futex_note: [{"reads_word_first": False}],
    exit_against_retake: [{"exits_by_swap": False}],
    exit_against_retake_against_deadlock_check: [{"queues_in_one_step": False}, {"blocked_m_counts_as_idle": True}],
    stop_against_exit: [{"reads_after_swap": False}, {"has_fence": False}],
    ghost_push: [{"has_fence": False}, {"owner_looks": False}],
    ghost_return: [{"is_one_step": False}],
    token_machine: [{"demotes_by_swap": False}],
    growth_from_one: [{"has_fence": False}],
    timer_against_sleep: [{"has_fences": False}],
    poller_leaves: [{"tells_sysmon": False}, {"has_fence": False}],
    select_against_close: [{"claims_by_swap": False}, {"claims_before_delivery": False}],
}
