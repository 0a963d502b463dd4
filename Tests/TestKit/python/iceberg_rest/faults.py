"""What goes wrong, and when: a queue of faults for each operation, and gates that hold requests until a test opens them."""

import threading


class Faults:
    def __init__(self):
        self.lock = threading.Lock()
        self.queues = {}
        self.gates = {}

    def add(self, fault):
        """`operation`, `times` (1), and what happens:

        `status` (with `type`, `message`, `retryAfter`): this answer; `cut`: none, the connection ends; `half`: half an answer;
        `gate`: the request waits until the gate of that name is opened. `applied`: the operation is done before that.
        """
        with self.lock:
            self.queues.setdefault(fault["operation"], []).extend([fault] * fault.get("times", 1))
            if "gate" in fault:
                self.gates.setdefault(fault["gate"], Gate())

    def take(self, operation):
        with self.lock:
            queue = self.queues.get(operation)
            return queue.pop(0) if queue else None

    def gate(self, name):
        with self.lock:
            return self.gates.setdefault(name, Gate())


class Gate:
    """Holds all until it is open."""

    def __init__(self):
        self.opened = threading.Event()
        self.is_held = False

    def wait(self):
        self.is_held = True
        self.opened.wait(60)
