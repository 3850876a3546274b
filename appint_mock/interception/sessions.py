"""Gives sessions a region at the end of botocore's chain, shared data files, and credentials that fetch nothing.

It holds for every session while a scope is open, whenever the session was made.
"""

from __future__ import annotations

import copy
import inspect
import os
from collections.abc import Callable, MutableMapping
from functools import partial
from typing import Any

import botocore.credentials
import botocore.session
from botocore.handlers import BUILTIN_HANDLERS
from botocore.hooks import EVENT_ALIASES, EventAliaser, HierarchicalEmitter
from botocore.loaders import Loader

from ..scopes import stack
from . import config_files, environment
from .patcher import Patcher
from .patches import Patches, bound

_patches = Patches()


def _patch() -> None:
    _patches.replace(botocore.session.Session, "get_config_variable", _get_config_variable)
    _patches.replace(botocore.session, "create_loader", _create_loader)
    _patches.replace(botocore.session.Session, "_register_builtin_handlers", _register_builtin_handlers)
    _patches.replace(EventAliaser, "__init__", _init_aliaser)
    _patch_credentials(botocore.credentials)


# Region ------------------------------------------------------------------------------------------------------


def _get_config_variable(original: Callable[..., Any]) -> Callable[..., Any]:
    def get_config_variable(self: Any, logical_name: str, *args: Any, **kwargs: Any) -> Any:
        value = bound(original, self)(logical_name, *args, **kwargs)
        if logical_name != "region" or not stack.all_open():
            return value
        return _region_of(self.instance_variables(), value)

    return get_config_variable


def _region_of(instance: Any, found: str | None) -> str | None:
    """Returns the region of a session: botocore's choice, or else ours. The session may have variables of its own."""
    ours: str | None = stack.all_open()[-1].options["region_name"]
    if instance.get("region") or os.environ.get("AWS_DEFAULT_REGION"):
        return found
    put_aside = environment.profile_put_aside()
    if put_aside is not None and instance.get("profile") is None:
        # botocore has looked into the default profile; the program's is another.
        found = config_files.region_of(put_aside)
    return found or ours


# Data files --------------------------------------------------------------------------------------------------

#: What loaders have read, by the folders in which they look. It is never changed, and takes 50 ms to read.
_read: dict[tuple[str, ...], MutableMapping[Any, Any]] = {}


class _SharingLoader(Loader):  # type: ignore[misc]  # botocore has no types
    """A loader that shares what it reads with those before it, as long as it looks in the same folders."""

    @property
    def _cache(self) -> MutableMapping[Any, Any]:
        paths = tuple(self.search_paths)
        if os.path.isdir(self.CUSTOMER_DATA_PATH) or not all(map(_is_installed, paths)):
            return self._own  # of folders whose files a program may change
        return _read.setdefault(paths, {})

    @_cache.setter
    def _cache(self, own: MutableMapping[Any, Any]) -> None:
        self._own = own


def is_of_a_scope(session: Any) -> bool:
    """Returns whether a session of boto3 was made while a scope was open."""
    return isinstance(getattr(session, "_loader", None), _SharingLoader)


def _is_installed(path: str) -> bool:
    return path == Loader.CUSTOMER_DATA_PATH or path.startswith(_LIBRARIES)


#: Where botocore is installed, and beside it boto3.
_LIBRARIES = os.path.dirname(os.path.dirname(botocore.session.__file__)) + os.sep


def _create_loader(original: Callable[..., Any]) -> Callable[..., Any]:
    def create_loader(search_path_string: str | None = None) -> Any:
        if search_path_string is not None or not stack.all_open():
            return original(search_path_string)
        return _SharingLoader()

    return create_loader


# Event handlers ----------------------------------------------------------------------------------------------

#: An emitter with botocore's built-in handlers and no others, by those handlers: to register them takes 5 ms.
_with_builtin_handlers: dict[tuple[Any, ...], HierarchicalEmitter] = {}


def _register_builtin_handlers(original: Callable[..., Any]) -> Callable[..., Any]:
    def register_builtin_handlers(self: Any, events: Any) -> None:
        emitter = getattr(self, "_original_handler", None)
        if not stack.all_open() or not _is_empty(emitter):
            bound(original, self)(events)
            return
        # Other libraries add to them.
        handlers = tuple(BUILTIN_HANDLERS)
        if handlers not in _with_builtin_handlers:
            bound(original, self)(events)
            _with_builtin_handlers.clear()  # pragma: no mutate (memory)
            _with_builtin_handlers[handlers] = copy.copy(emitter)
            return
        vars(emitter).update(vars(copy.copy(_with_builtin_handlers[handlers])), _lookup_cache={})

    return register_builtin_handlers


#: The names under which events are known inside of botocore, by botocore's own aliases: each takes 50 µs to find.
_event_names: dict[str, str] = {}


def _init_aliaser(original: Callable[..., Any]) -> Callable[..., Any]:
    def init(self: Any, event_emitter: Any, event_aliases: Any = None) -> None:
        bound(original, self)(event_emitter, event_aliases)
        if stack.all_open() and event_aliases in (None, EVENT_ALIASES):
            self._alias_name_cache = _event_names

    return init


def _is_empty(emitter: Any) -> bool:
    """Returns whether an emitter is new: botocore made it for a session, and it has no handlers yet."""
    return type(emitter) is HierarchicalEmitter and not emitter._handlers._root["children"]  # noqa: SLF001 (botocore has no public way)


# Credentials -------------------------------------------------------------------------------------------------


def _patch_credentials(module: Any, prefix: str = "") -> None:
    """Prevents sessions from running a program or asking instance metadata for a client's credentials."""
    credentials = getattr(module, f"{prefix}Credentials")
    for name, method, applies in (
        ("ProcessProvider", "load", _of_process),
        ("InstanceMetadataProvider", "load", _of_metadata),
        ("CanonicalNameCredentialSourcer", "source_credentials", _of_source),
    ):
        _patches.replace(getattr(module, f"{prefix}{name}"), method, partial(_load, applies, credentials))


PATCHER = Patcher(
    _patches,
    _patch,
    when_loaded={"aiobotocore.credentials": partial(_patch_credentials, prefix="Aio")},
)


def _load(applies: Callable[..., bool], credentials: Any, original: Callable[..., Any]) -> Callable[..., Any]:
    is_async = inspect.iscoroutinefunction(original)

    def load(self: Any, *args: Any) -> Any:
        real = partial(bound(original, self), *args)
        if not stack.all_open():
            return real()
        later = _later_async if is_async else _later
        loaded = later(credentials, real) if applies(self, *args) else None
        return _as_awaitable(loaded) if is_async else loaded

    return load


def _of_process(provider: Any) -> bool:
    return provider._credential_process is not None  # noqa: SLF001 (the only way to know whether it is for this provider)


def _of_metadata(provider: Any) -> bool:
    return False


def _of_source(sourcer: Any, name: str) -> bool:
    return bool(sourcer.is_supported(name))


async def _as_awaitable(value: Any) -> Any:
    return value


def _later(credentials: Any, load: Callable[[], Any]) -> Any:
    """Returns dummy credentials, which load the real ones if they are used after the scope."""

    class Later(credentials):  # type: ignore[misc]  # botocore has no types
        def get_frozen_credentials(self) -> Any:
            return super().get_frozen_credentials() if stack.all_open() else load().get_frozen_credentials()

    return Later(*environment.FAKE_CREDENTIALS.values())


def _later_async(credentials: Any, load: Callable[[], Any]) -> Any:
    """Returns such credentials for aiobotocore."""

    class Later(credentials):  # type: ignore[misc]  # aiobotocore has no types
        async def get_frozen_credentials(self) -> Any:
            if stack.all_open():
                return await super().get_frozen_credentials()
            return await (await load()).get_frozen_credentials()

    return Later(*environment.FAKE_CREDENTIALS.values())
