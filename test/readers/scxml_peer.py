"""Qt's interpreter of SCXML, driven by lines of JSON: {"scxml": text, "walks": [[{"event": name, "data": {...}}]]}.

Answers each with {"walks": [[{"active": [ids], "running": bool}]]}, the start first, or with {"errors": [text]}.
"""

import json
import sys

from PySide2.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice
from PySide2.QtScxml import QScxmlStateMachine

app = QCoreApplication([])


def walk(text, steps):
    buffer = QBuffer()
    buffer.setData(QByteArray(text.encode()))
    buffer.open(QIODevice.ReadOnly)
    machine = QScxmlStateMachine.fromData(buffer, "machine.scxml")
    errors = [error.toString() for error in machine.parseErrors()]
    if errors:
        return {"errors": errors}
    stable = [0]

    def count():
        stable[0] += 1

    machine.reachedStableState.connect(count)
    machine.finished.connect(count)

    def settle(since):
        for _ in range(10000):
            if stable[0] > since:
                return
            app.processEvents()
        raise RuntimeError("the machine does not come to rest")

    def state():
        return {"active": sorted(machine.activeStateNames(True)), "running": machine.isRunning()}

    machine.start()
    settle(0)
    states = [state()]
    for step in steps:
        if machine.isRunning():
            since = stable[0]
            machine.submitEvent(step["event"], step["data"])
            settle(since)
        states.append(state())
    machine.stop()
    return {"states": states}


def answer(order):
    walks = []
    for steps in order["walks"]:
        result = walk(order["scxml"], steps)
        if "errors" in result:
            return result
        walks.append(result["states"])
    return {"walks": walks}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
