"""Can a window be shown here at all? Asked before Qt is loaded, which would abort the process."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import sys
from pathlib import Path

# What Qt itself and its way to each kind of display need of the system.
_BASE = (
    "libGL.so.1",
    "libEGL.so.1",
    "libglib-2.0.so.0",
    "libgthread-2.0.so.0",
    "libxkbcommon.so.0",
    "libdbus-1.so.3",
    "libfontconfig.so.1",
)
_OF_PLATFORM = {
    "xcb": (
        "libxcb-cursor.so.0",
        "libxkbcommon-x11.so.0",
        "libxcb-icccm.so.4",
        "libxcb-keysyms.so.1",
        "libxcb-shape.so.0",
    ),
    "wayland": ("libwayland-client.so.0", "libwayland-cursor.so.0", "libwayland-egl.so.1"),
}
_VARIABLE = {"xcb": "DISPLAY", "wayland": "WAYLAND_DISPLAY"}
_NOWHERE = (
    "no display: neither DISPLAY nor WAYLAND_DISPLAY is set. Start Glassbox in a desktop session; "
    "on a server, install xvfb and run: xvfb-run glassbox"
)


def problem() -> str | None:
    """Say in one line what is missing to show a window, or None if nothing is.

    Only Linux can lack a display; elsewhere Qt finds its own way.
    """
    if not sys.platform.startswith("linux"):
        return None
    asked = re.split("[;:]", os.environ.get("QT_QPA_PLATFORM", ""))[0]
    names = [asked] if asked else [name for name in _VARIABLE if os.environ.get(_VARIABLE[name])]
    if not names:
        return _NOWHERE
    problems = [_platform_problem(name) for name in names]
    return None if None in problems else problems[0]


def missing_library(error: Exception, platform: str = "") -> str:
    """Turn the dynamic linker's complaint into what to install.

    Args:
        error: An OSError or ImportError from loading Qt; it names the first missing library.
        platform: The kind of display that was to be used, whose libraries are looked for too.
    """
    if isinstance(error, ModuleNotFoundError):
        return f"{error.name} is not installed: run pip install -e . in Glassbox's folder."
    named = re.findall(r"lib[\w.+-]+\.so[.\d]*", str(error))[:1]
    if not named:
        return f"Qt cannot be loaded: {error}"
    needed = (*_BASE, *_OF_PLATFORM.get(platform, ()))
    missing = list(dict.fromkeys([*named, *(each for each in needed if not _loads(each))]))
    packages = dict.fromkeys(_debian_package(each) for each in missing)
    return f"missing {', '.join(missing)}. On Debian: sudo apt install {' '.join(packages)}"


def _platform_problem(name: str) -> str | None:
    """Load the very plugin that Qt will load, then knock at the display's door."""
    spec = importlib.util.find_spec("PySide6")
    if spec is None or not spec.submodule_search_locations:
        return missing_library(ModuleNotFoundError("PySide6", name="PySide6"))
    plugins = Path(spec.submodule_search_locations[0]) / "Qt" / "plugins" / "platforms"
    if not plugins.is_dir():
        return None  # the system's own Qt, which knows its dependencies
    plugin = plugins / f"libq{name}.so"
    if not plugin.exists():
        return f"QT_QPA_PLATFORM asks for {name!r}, which Qt does not have here; unset it."
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        return missing_library(error, name)
    answers = {"xcb": _x_answers, "wayland": _wayland_answers}.get(name)
    if answers is None or answers():
        return None
    where = os.environ.get(_VARIABLE[name])
    if not where:
        return f"no display: {_VARIABLE[name]} is not set."
    return f"no display: nothing answers at {_VARIABLE[name]}={where}."


def _x_answers() -> bool:
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    refused = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not refused


def _wayland_answers() -> bool:
    wayland = ctypes.CDLL("libwayland-client.so.0")
    wayland.wl_display_connect.restype = ctypes.c_void_p
    connection = wayland.wl_display_connect(None)
    if not connection:
        return False
    wayland.wl_display_disconnect(ctypes.c_void_p(connection))
    return True


def _debian_package(library: str) -> str:
    """Debian names a library's package after the library: libfoo.so.1 is in libfoo1."""
    if library.startswith(("libglib-2.0", "libgthread-2.0")):
        return "libglib2.0-0"
    name, _, version = library.lower().partition(".so.")
    return f"{name}-{version}" if name[-1].isdigit() else f"{name}{version}"


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
