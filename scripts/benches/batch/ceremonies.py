"""The two ceremonies of the batch's measures, held as `ceremony rehearse --unattended` holds them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ceremony_app.cli.cast import FolderCast
from ceremony_app.cli.loading import load_all
from ceremony_app.cli.rehearsing import Wanted, begin_rehearsal
from ceremony_app.conductor import Reviewed
from ceremony_app.core.script import Plan
from ceremony_app.record.process import PdfMaker
from ceremony_app.unattended import rehearsal_player

_HERE = Path(__file__).resolve().parent


def hold(name: str, folder: Path, inputs: Mapping[str, Path]) -> Plan:
    """Hold a ceremony of this folder to its end; its plan. Raises `Refusal`."""
    loaded = load_all(str(_HERE / f"{name}.toml"), None)
    wanted = Wanted(
        reviewed=Reviewed(loaded.ceremony, loaded.policy, b""),
        definition=loaded.definition,
        folder=folder,
        unattended=True,
        inputs=inputs,
    )
    with PdfMaker() as maker:
        conductor = begin_rehearsal(wanted, maker)
        try:
            cast = FolderCast(folder, conductor.plan.binding)
            rehearsal_player(conductor, cast, lambda _: None).play()
            return conductor.plan
        finally:
            conductor.close()
