"""Can a window be shown here at all? Asked before Qt is loaded, which would abort the process."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import sys
from pathlib import Path

# What Qt needs of the system, and the Debian package that brings it.
_PACKAGES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
_X_PACKAGES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libX11-xcb.so.1": "libx11-xcb1",
}
_WAYLAND_PACKAGES = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
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
    asked = os.environ.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]
    if asked:
        names = [asked]
    else:
        variables = {"xcb": "DISPLAY", "wayland": "WAYLAND_DISPLAY"}
        names = [name for name, variable in variables.items() if os.environ.get(variable)]
    if not names:
        return _NOWHERE
    problems = [_platform_problem(name) for name in names]
    return None if None in problems else problems[0]


def missing_library(error: Exception) -> str:
    """Turn the dynamic linker's complaint into what to install.

    Args:
        error: An OSError or ImportError from loading Qt.
    """
    if isinstance(error, ModuleNotFoundError):
        return f"{error.name} is not installed: run pip install -e . in Glassbox's folder."
    known = _PACKAGES | _X_PACKAGES | _WAYLAND_PACKAGES
    named = re.findall(r"lib[\w.+-]+\.so[.\d]*", str(error))[:1]
    missing = sorted({*named, *(library for library in known if not _loads(library))})
    if not named:
        return f"Qt cannot be loaded: {error}"
    packages = sorted({known[library] for library in missing if library in known})
    install = f" Install: sudo apt install {' '.join(packages)}" if packages else ""
    return f"missing system libraries: {', '.join(missing)}.{install}"


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
        return missing_library(error)
    if name == "xcb" and not _x_answers():
        return f"no display: nothing answers at DISPLAY={os.environ.get('DISPLAY', '')}"
    if name == "wayland" and not _wayland_answers():
        return f"no display: nothing answers at {os.environ.get('WAYLAND_DISPLAY', 'wayland-0')}"
    return None


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


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
