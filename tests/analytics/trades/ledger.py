"""Slow and obvious books: a deque of lots in exact fractions. The oracle of round trips."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any


@dataclass
class Lot:
    number: int
    signed: Fraction
    price: Fraction
    fees: Fraction


@dataclass
class Exit:
    symbol: str
    long: bool
    entry: int
    exit: int
    quantity: Fraction
    entry_price: Fraction
    exit_price: Fraction
    fees: Fraction
    pnl: Fraction
    fills: int


@dataclass
class Book:
    lots: deque[Lot] = field(default_factory=deque)
    entries: int = 0


def exact(value: Any) -> Fraction:
    return Fraction(str(value))


def join(fills: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return fills by time; parts of one execution of a symbol, one after the other, are one."""
    joined: list[dict[str, Any]] = []
    last: dict[Any, dict[str, Any]] = {}
    for fill in sorted(fills, key=lambda one: one["time"]):
        one = dict(fill) | {name: exact(fill[name]) for name in ("quantity", "price", "fee")}
        if not one["quantity"]:
            continue
        before = last.get(one["symbol"])
        if (
            before is not None
            and (before["time"], before["price"]) == (one["time"], one["price"])
            and (before["quantity"] > 0) == (one["quantity"] > 0)
        ):
            before["quantity"] += one["quantity"]
            before["fee"] += one["fee"]
            continue
        joined.append(one)
        last[one["symbol"]] = one
    return joined


def books(
    fills: Iterable[Mapping[str, Any]], method: str, multiplier: Mapping[str, Any] | None = None
) -> tuple[list[Exit], dict[str, Book]]:
    """Return the exits in order, and what stays open."""
    of_symbol: dict[str, Book] = {}
    exits: list[Exit] = []
    for number, fill in enumerate(join(fills)):
        book = of_symbol.setdefault(fill["symbol"], Book())
        point = exact((multiplier or {}).get(fill["symbol"], 1))
        left, size = fill["quantity"], abs(fill["quantity"])
        taken: list[Lot] = []
        entries = book.entries
        while left and book.lots and (book.lots[0].signed > 0) != (left > 0):
            lot = book.lots[-1] if method == "lifo" else book.lots[0]
            part = min(abs(lot.signed), abs(left))
            share = part / abs(lot.signed)
            sign = 1 if lot.signed > 0 else -1
            taken.append(Lot(lot.number, sign * part, lot.price, lot.fees * share))
            lot.fees -= lot.fees * share
            lot.signed -= sign * part
            left += sign * part
            if not lot.signed:
                book.lots.remove(lot)
                book.entries = 0 if method == "average" else book.entries
        if taken:
            exits.append(closed(fill, number, taken, size, point, entries if method == "average" else None))
        if left:
            lot = Lot(number, left, fill["price"], fill["fee"] * abs(left) / size)
            book.entries += 1
            if method == "average" and book.lots:
                lot = averaged(book.lots.pop(), lot)
            book.lots.append(lot)
    return exits, of_symbol


def averaged(held: Lot, more: Lot) -> Lot:
    signed = held.signed + more.signed
    price = (held.price * held.signed + more.price * more.signed) / signed
    return Lot(held.number, signed, price, held.fees + more.fees)


def closed(
    fill: Mapping[str, Any],
    number: int,
    taken: list[Lot],
    size: Fraction,
    point: Fraction,
    entries: int | None,
) -> Exit:
    signed = sum((lot.signed for lot in taken), Fraction())
    quantity = abs(signed)
    fees = sum((lot.fees for lot in taken), Fraction()) + fill["fee"] * quantity / size
    gross = sum(((fill["price"] - lot.price) * lot.signed * point for lot in taken), Fraction())
    return Exit(
        symbol=fill["symbol"],
        long=signed > 0,
        entry=min(lot.number for lot in taken),
        exit=number,
        quantity=quantity,
        entry_price=sum((lot.price * abs(lot.signed) for lot in taken), Fraction()) / quantity,
        exit_price=fill["price"],
        fees=fees,
        pnl=gross - fees,
        fills=1 + (len(taken) if entries is None else entries),
    )


def wealth(
    fills: Iterable[Mapping[str, Any]],
    prices: Mapping[str, Any],
    multiplier: Mapping[str, Any] | None = None,
) -> Fraction:
    """Return the change of cash plus the value of what is held at ``prices``, exactly."""
    total = Fraction()
    for fill in fills:
        point = exact((multiplier or {}).get(fill["symbol"], 1))
        signed = exact(fill["quantity"])
        total += signed * (exact(prices[fill["symbol"]]) - exact(fill["price"])) * point - exact(fill["fee"])
    return total
