"""The groups of attacks, each a module with its cases."""

from types import SimpleNamespace

from e2e.attacks import model, protocol, repository_files, repository_settings

GROUPS = {
    "repository": SimpleNamespace(CASES=(*repository_settings.CASES, *repository_files.CASES), AT_ONCE=2),
    "model": SimpleNamespace(CASES=model.CASES, AT_ONCE=2),
    "protocol": SimpleNamespace(CASES=protocol.CASES, AT_ONCE=2),
}
