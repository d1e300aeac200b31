"""Reads and writes the orders of a shop."""

import json
from dataclasses import asdict
from pathlib import Path

from shop import Order


def load_orders(path: Path) -> list[Order]:
    with path.open(encoding="utf-8") as file:
        return [Order(**row) for row in json.load(file)]


def save_orders(path: Path, orders: list[Order]) -> None:
    with path.open("w", encoding="utf-8") as file:
        json.dump([asdict(order) for order in orders], file, indent=2)


def load_archive(path: Path) -> list[Order]:
    with path.o
