"""Custom functions for Office.js: one for each entry of the catalogue, none of which blocks another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, Literal

import xlwings.server as xws
from xlwings import XlwingsError

from tierwise.errors import TierwiseError, problem
from tierwise_addin import call, cell_kinds, session, settings
from tierwise_addin.catalogue import Function, functions
from tierwise_addin.hosts import pools

TICK = 0.25
"""Seconds between two reports of a slow function."""

Shown = list[list[float | str | bool]]


def respond(name: str, cells: tuple[object, ...]) -> Shown:
    """Return a function's result; a reason to fail becomes the error that the cell shows on hovering."""
    try:
        rows = call(name, *map(as_rows, cells))
    except TierwiseError as error:
        raise XlwingsError(error.text(settings.load().language)) from None
    except Exception as error:  # anything else would be retried three times and shown without its reason
        failure = TierwiseError(problem("C015", function=name, reason=f"{type(error).__name__}: {error}"))
        session.remember(name, failure)
        raise XlwingsError(failure.text(settings.load().language)) from error
    return [[cell_kinds.to_json(cell) for cell in row] for row in rows]


def as_rows(cell: object) -> object:
    """Return an argument as rows: xlwings takes the brackets off a range of one row."""
    return [cell] if isinstance(cell, list) and cell and not isinstance(cell[0], list) else cell


def plain(function: Function) -> Callable[..., Any]:
    """Return a function that answers once, computed in a thread."""

    async def called(*cells: object) -> Shown:
        return await asyncio.wrap_future(pools.submit(function.name, respond, function.name, cells))

    return called


def streaming(function: Function) -> Callable[..., Any]:
    """Return a slow function that tells how far it is until it answers."""

    async def called(*cells: object) -> AsyncIterator[Shown]:
        work = pools.Work(function.name, respond, function.name, cells)
        done = work.waited()
        try:
            while not (await asyncio.wait({done}, timeout=TICK))[0]:
                yield [[f"{work.share:.0%}"]]
            yield done.result()
        except XlwingsError:
            yield [[cell_kinds.ErrorValue.VALUE.value]]
        finally:  # the cell was edited meanwhile: its thread is given back
            work.drop()

    return called


def custom_function(function: Function) -> Callable[..., Any]:
    """Return the function as xlwings-server registers it: raw cells, help, drop-downs for names."""
    language = settings.load().language
    called = streaming(function) if function.slow else plain(function)
    called.__name__ = function.name
    called.__doc__ = function.help.text(language)
    called.__annotations__ = {
        argument.name: Literal[argument.choices] for argument in function.arguments if argument.choices
    }
    called.__signature__ = function.parameters()  # type: ignore[attr-defined]  # read by inspect.signature
    for argument in function.arguments:
        called = xws.arg(argument.name, "raw", doc=argument.text(language))(called)
    return xws.func(volatile=function.volatile)(called)


CUSTOM_FUNCTIONS = {function.name: custom_function(function) for function in functions().values()}
