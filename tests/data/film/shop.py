"""Reads the files of a shop."""

import json
from pathlib import Path

from shop import Customer, Order


def load_orders(path: Path) -> list[Order]:
    with path.open(encoding="utf-8") as file:
        return [Order(**row) for row in json.load(file)]


def load_customers(path: Path) -> list[Customer]:
    with path.open(encoding="utf-8") as file:
        return [Customer(**row) for row in json.load(file)]


def load_returns(path: Path) -> list[Order]:
