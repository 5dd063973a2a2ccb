"""So many at a time, first come first served, in threads and tasks alike."""

from __future__ import annotations

import threading

from hf_integrations.transport.gate import Gate


def test_there_is_room_for_so_many() -> None:
    """The next one waits."""
    gate = Gate()
    places = [gate.take(2) for _ in range(4)]

    assert [place.called for place in places] == [True, True, False, False]
    assert (gate.inside, gate.waiting) == (2, 2)


def test_the_first_in_line_is_the_next() -> None:
    """Each is called once, when somebody leaves."""
    gate, called = Gate(), list[int]()
    inside = gate.take(1)
    waiting = [gate.take(1) for _ in range(3)]
    for number, place in enumerate(waiting):
        place.when_called(lambda number=number: called.append(number))  # type: ignore[misc]

    gate.give(inside)
    gate.give(waiting[0])
    assert called == [0, 1]
    assert (gate.inside, gate.waiting) == (1, 1)


def test_who_was_called_already_need_not_wait() -> None:
    """It may come between taking a place and asking for it."""
    gate, called = Gate(), list[str]()
    first, second = gate.take(1), gate.take(1)
    gate.give(first)
    second.when_called(lambda: called.append("second"))

    assert called == ["second"]


def test_who_leaves_the_line_is_not_called() -> None:
    """A caller that was cancelled; the next one moves up."""
    gate = Gate()
    inside, gone, next_one = gate.take(1), gate.take(1), gate.take(1)
    gate.give(gone)
    gate.give(inside)

    assert not gone.called
    assert next_one.called


def test_a_place_is_given_back_once() -> None:
    """A second time does nothing."""
    gate = Gate()
    place = gate.take(2)
    gate.take(2)
    gate.give(place)
    gate.give(place)

    assert gate.inside == 1


def test_a_newcomer_does_not_pass_the_line() -> None:
    """Even where their own limit is higher."""
    gate = Gate()
    gate.take(1)
    gate.take(1)

    assert not gate.take(5).called


def test_many_threads_never_exceed_the_limit() -> None:
    """And all get through."""
    gate, lock = Gate(), threading.Lock()
    now, most, done = 0, 0, 0

    def work() -> None:
        nonlocal now, most, done
        for _ in range(50):
            place, come = gate.take(3), threading.Event()
            place.when_called(come.set)
            come.wait()
            with lock:
                now += 1
                most = max(most, now)
            with lock:
                now -= 1
                done += 1
            gate.give(place)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most <= 3, done, gate.inside, gate.waiting) == (True, 400, 0, 0)
