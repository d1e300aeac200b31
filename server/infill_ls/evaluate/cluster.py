"""Holes as tasks of a Ray cluster, for models that its machines reach. What is spent is counted, and capped, here.

Ray is imported only once an address is named.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import infill_ls
from infill_ls.accounting.ledger import Ledger, cap_sentence, over_cap
from infill_ls.engine.backend import Backend
from infill_ls.errors import SettingsError
from infill_ls.evaluate.answers import Answer
from infill_ls.evaluate.asker import Asker
from infill_ls.evaluate.candidates import Candidate
from infill_ls.evaluate.ground import Ground
from infill_ls.evaluate.holes import Hole
from infill_ls.evaluate.worker import OWN, Done, Job, answer, version, without_own
from infill_ls.records import Outcome, OutcomeName
from infill_ls.sentences import sentence
from infill_ls.settings.provider_settings import ProviderSettings

AUTO = "auto"
"""The cluster that runs on this machine, as Ray calls it."""
CONNECT_S = 5.0
START_S = 60.0
"""For the first task, which starts a process and imports."""


class Cluster:
    """A Ray cluster that this process is connected to."""

    def __init__(self, ray: Any, address: str) -> None:
        self._ray = ray
        self.address = address
        self.at_a_time = int(ray.cluster_resources().get("CPU", 0))
        """Tasks that run at a time; each waits for one model's answer."""

    @classmethod
    async def connected(cls, address: str) -> Cluster:
        """Connect, and see whether tasks run there.

        Raises:
            SettingsError: Ray is not installed, nobody answers there, or tasks do not run.
        """
        try:
            ray = import_module("ray")
        except ImportError as error:
            raise SettingsError(
                "--ray needs Ray, which is not installed: install this server again with its extra `cluster`."
            ) from error
        _look(address)
        try:
            ray.init(address, log_to_driver=False, logging_level="ERROR")
        except (
            Exception,
            SystemExit,
        ) as error:  # whatever Ray raises; it ends the process with the latter
            raise SettingsError(
                f"Ray does not accept a connection at {address} ({_first_line(error)}): look whether `ray status` "
                "works there, with the same versions of Ray and Python as here."
            ) from error
        made = cls(ray, address)
        try:
            await made._check()
        except BaseException:
            made.close()
            raise
        return made

    async def _check(self) -> None:
        if not self.at_a_time:
            raise SettingsError(
                f"The Ray cluster at {self.address} has no CPU for tasks: add a machine with `ray start --address`."
            )
        task = self._ray.remote(version).options(num_cpus=1, max_retries=0).remote()
        try:
            found = await asyncio.wait_for(task, START_S)
        except TimeoutError as error:
            raise SettingsError(
                f"The Ray cluster at {self.address} has not started a task for {START_S:.0f} s: wait until `ray "
                "status` shows a CPU that is free."
            ) from error
        except self._ray.exceptions.RayError as error:
            raise SettingsError(
                f"The machines of the Ray cluster cannot run this server ({_last_line(error)}): install "
                f"`infill-ls[cluster]` {infill_ls.__version__} on each of them."
            ) from error
        if found != infill_ls.__version__:
            raise SettingsError(
                f"The machines of the Ray cluster have infill-ls {sentence(found)}, and this one has "
                f"{infill_ls.__version__}: install the same version on all of them."
            )

    def askers(
        self, askers: Sequence[Asker], ground: Ground, holes: Sequence[Hole], ledger: Ledger
    ) -> list[Asker | Distant]:
        """The same, but those that ask models do it in the cluster."""
        distant = [each for each in askers if each.backend.source == "model"]
        job = Job(ground, [_bare(each.candidate) for each in distant], holes)
        tasks = _Tasks(self._ray, job)
        return [
            Distant(each, distant.index(each), tasks, ledger) if each in distant else each
            for each in askers
        ]

    def close(self) -> None:
        """End the tasks that still run, and disconnect."""
        self._ray.shutdown()


class _Tasks:
    """The tasks of one job, which is handed to the cluster with the first of them."""

    def __init__(self, ray: Any, job: Job) -> None:
        self._ray = ray
        self._job = job
        self._kept: Any = None
        self._numbers = {hole.id: number for number, hole in enumerate(job.holes)}
        # A lost task is started again by the run, which counts how often.
        self._answer = ray.remote(answer).options(num_cpus=1, max_retries=0)
        self.failed: type[Exception] = ray.exceptions.RayError
        self.raised: type[Exception] = ray.exceptions.RayTaskError

    async def answer(self, candidate: int, hole: Hole) -> Done:
        if self._kept is None:
            self._kept = self._ray.put(self._job)
        task = self._answer.remote([self._kept], candidate, self._numbers[hole.id])
        try:
            found: Done = await task
        except asyncio.CancelledError:
            with suppress(self.failed):
                self._ray.cancel(task)
            raise
        return found


class Distant:
    """Asks a candidate's model from a cluster, as ``asker`` would from here."""

    def __init__(self, asker: Asker, number: int, tasks: _Tasks, ledger: Ledger) -> None:
        self.candidate = asker.candidate
        self._asker = asker
        self._number = number
        self._tasks = tasks
        self._ledger = ledger

    @property
    def backend(self) -> Backend:
        """Who is asked."""
        return self._asker.backend

    async def ask(self, hole: Hole) -> tuple[Answer, Outcome]:
        """The answer, and how the request ended; a worker that was lost is a service that cannot be reached."""
        usage = self.candidate.settings.usage
        if over_cap(usage, self._ledger):
            return self._none(hole, "over_budget", cap_sentence(usage))
        try:
            done = await self._tasks.answer(self._number, hole)
        except self._tasks.raised as error:
            return self._none(hole, "unsupported", f"a task failed: {_last_line(error)}")
        except self._tasks.failed as error:
            return self._none(hole, "unreachable", f"a worker was lost: {_first_line(error)}")
        for outcome, asked, estimated in done.booked:
            self._ledger.record(outcome, datetime.now(UTC), asked=asked, estimated=estimated)
        return replace(done.answer, candidate=self.candidate.id), done.outcome

    def _none(self, hole: Hole, name: OutcomeName, why: str) -> tuple[Answer, Outcome]:
        nothing = Answer(self.candidate.id, hole.id, "", name, "", "", 0, "")
        return nothing, Outcome(name, message=why)


def check_own(candidates: Sequence[Candidate], own: ProviderSettings) -> None:
    """Refuse what a candidate has for itself and no cluster is told.

    Raises:
        SettingsError: it has something of the kind.
    """
    for candidate in candidates:
        provider = candidate.settings.provider
        for name in OWN:
            if getattr(provider, name) != getattr(own, name):
                raise SettingsError(
                    f"Candidate {candidate.name} sets provider.{name}, which never goes to a cluster: set it in the "
                    "settings file of each machine there, or leave --ray out."
                )


def _bare(candidate: Candidate) -> Candidate:
    settings = candidate.settings
    return replace(candidate, settings=replace(settings, provider=without_own(settings.provider)))


def _look(address: str) -> None:
    """Whether somebody listens there, since Ray itself tries for minutes.

    Raises:
        SettingsError: nobody does, or it is no address.
    """
    if address == AUTO:
        return
    host, _, port = address.rpartition(":")
    if not host or "/" in host or not port.isdecimal():
        raise SettingsError(
            f"{address} is not the address of a Ray cluster: write HOST:PORT as `ray start --head` prints it, or "
            "`auto` for the cluster on this machine; run the command on one of the cluster's machines."
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_S).close()
    except (OSError, OverflowError) as error:
        why = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
        raise SettingsError(
            f"No Ray cluster answers at {address} ({why}): start one with `ray start --head`, or correct the address."
        ) from error


def _first_line(error: BaseException) -> str:
    return sentence(str(error).strip().partition("\n")[0] or type(error).__name__).rstrip(".")


def _last_line(error: BaseException) -> str:
    """What was raised elsewhere stands below the lines that say where."""
    return sentence(str(error).strip().rpartition("\n")[2] or type(error).__name__).rstrip(".")
