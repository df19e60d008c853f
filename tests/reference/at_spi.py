#!/usr/bin/python3
"""Reads the window as a screen reader does: at_spi.py EXITSCOPE EXITSCOPE_CLI.

Starts the program on a virtual display with a bus of its own, walks what it tells through AT-SPI, and fails when
something that takes the focus has no name, or when the parts that scripts rely on are missing. Exit code 77: needs
Debian's at-spi2-core, python3-pyatspi, dbus and xvfb.
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

BUS = "/usr/libexec/at-spi-bus-launcher"
EXPECTED = {"Budget", "Budget in per cent of the full cost", "Method that decides where samples leave", "Cost model",
            "Precision schedule of the states in use", "Samples as a table", "Search samples"}
PATIENCE = 60  # seconds


def inside(program, run):
    """Runs on the display and bus that main() made."""
    bus = subprocess.Popen([BUS, "--launch-immediately"])
    time.sleep(1)
    import pyatspi
    window = subprocess.Popen([program, run], env=dict(os.environ, QT_QPA_PLATFORM="xcb", QT_ACCESSIBILITY="1",
                                                       QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1"))
    nameless, names = [], set()

    def walk(node):
        state = node.getState()
        if state.contains(pyatspi.STATE_FOCUSABLE) and state.contains(pyatspi.STATE_SHOWING):
            box = node.getRoleName() == "combo box"  # its name is the chosen entry
            name = ((node.description if box else node.name) or "").strip()
            names.add(name)
            if not name and node.getRoleName() not in ("table cell", "list item"):
                nameless.append(f"{node.getRoleName()} in {node.parent.name if node.parent else '?'}")
        for i in range(min(node.childCount, 60)):
            child = node.getChildAtIndex(i)
            if child:
                walk(child)

    try:
        deadline = time.time() + PATIENCE
        while time.time() < deadline and not EXPECTED <= names:
            time.sleep(1)
            nameless.clear()
            names.clear()
            for application in pyatspi.Registry.getDesktop(0):
                if application and "xitscope" in (application.name or ""):
                    walk(application)
    finally:
        window.terminate()
        bus.terminate()
    for problem in nameless:
        print("has no name:", problem)
    for missing in sorted(EXPECTED - names):
        print("is missing:", missing)
    print(f"{len(names)} names")
    return 1 if nameless or not EXPECTED <= names else 0


def make_run(cli, folder):
    """A run of two exits from a table of confidences."""
    table, run = os.path.join(folder, "table.csv"), os.path.join(folder, "run.exr")
    draw = random.Random(1)
    with open(table, "w") as file:
        print("target,conf_branch_1,prediction_branch_1,conf_branch_2,prediction_branch_2", file=file)
        for i in range(400):
            target, sure = i % 4, draw.uniform(0.3, 1)
            first = target if draw.random() < sure else (target + 1) % 4
            second = target if draw.random() < 0.9 else (target + 1) % 4
            print(f"{target},{sure:.4f},{first},{draw.uniform(0.6, 1):.4f},{second}", file=file)
    subprocess.run([cli, "import", "--table", table, "-o", run, "--quiet"], check=True)
    return run


def main():
    if os.environ.get("EXITSCOPE_AT_SPI") == "inside":
        return inside(*sys.argv[1:3])
    have = all(shutil.which(tool) for tool in ("xvfb-run", "dbus-run-session")) and os.path.exists(BUS)
    if not have or subprocess.run([sys.executable, "-c", "import pyatspi"], capture_output=True).returncode != 0:
        print("at-spi2-core, python3-pyatspi, dbus or xvfb is not installed")
        return 77
    environment = dict(os.environ, EXITSCOPE_AT_SPI="inside")
    with tempfile.TemporaryDirectory() as folder:
        run = make_run(sys.argv[2], folder)
        return subprocess.run(["xvfb-run", "-a", "dbus-run-session", sys.executable, __file__, sys.argv[1], run],
                              env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
