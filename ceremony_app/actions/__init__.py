"""The kinds of steps, one file each: settings, stages, requirements, and what an action does and proves."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from ceremony_app.actions.activation import Activate
from ceremony_app.actions.backup_key import BackupKey
from ceremony_app.actions.bags import OpenBag, SealBag
from ceremony_app.actions.base import Action
from ceremony_app.actions.capture import Capture
from ceremony_app.actions.change_pin import ChangePin
from ceremony_app.actions.clock_check import ClockCheck
from ceremony_app.actions.close import Close
from ceremony_app.actions.confirm_binding import ConfirmBinding
from ceremony_app.actions.confirm_policy import ConfirmPolicy
from ceremony_app.actions.connect import Connect, Disconnect
from ceremony_app.actions.cross_certify import CrossCertify
from ceremony_app.actions.custody_drill import CustodyDrill
from ceremony_app.actions.deactivation import Deactivate
from ceremony_app.actions.destroy_key import DestroyKey
from ceremony_app.actions.export import Export
from ceremony_app.actions.generate_key import GenerateKey
from ceremony_app.actions.generate_symmetric_key import GenerateSymmetricKey
from ceremony_app.actions.import_certificate import ImportCertificate
from ceremony_app.actions.import_crl import ImportCrl
from ceremony_app.actions.import_csr import ImportCsr
from ceremony_app.actions.import_requests import ImportRequests
from ceremony_app.actions.initialise_token import InitialiseToken
from ceremony_app.actions.inspect_token import InspectToken
from ceremony_app.actions.issue_batch import IssueBatch
from ceremony_app.actions.issue_certificate import IssueCertificate
from ceremony_app.actions.issue_crl import IssueCrl
from ceremony_app.actions.locate_key import LocateKey
from ceremony_app.actions.make_csr import MakeCsr
from ceremony_app.actions.pause_point import PausePoint
from ceremony_app.actions.preflight import Preflight
from ceremony_app.actions.print_document import Print
from ceremony_app.actions.read_back import ReadBack
from ceremony_app.actions.restore_key import RestoreKey
from ceremony_app.actions.revoke import Revoke
from ceremony_app.actions.roll_call import RollCall
from ceremony_app.actions.say import Say
from ceremony_app.actions.self_sign import SelfSign
from ceremony_app.actions.split_activation import SplitActivation
from ceremony_app.actions.take_inventory import TakeInventory
from ceremony_app.actions.trial_chain import TrialChain
from ceremony_app.core.kinds import Kind

_ALL: tuple[Kind, ...] = (
    Say(),
    RollCall(),
    ClockCheck(),
    Capture(),
    PausePoint(),
    ReadBack(),
    OpenBag(),
    SealBag(),
    Connect(),
    Disconnect(),
    Preflight(),
    ConfirmBinding(),
    ConfirmPolicy(),
    InspectToken(),
    TakeInventory(),
    SplitActivation(),
    CustodyDrill(),
    InitialiseToken(),
    Activate(),
    Deactivate(),
    ChangePin(),
    ImportCertificate(),
    ImportCrl(),
    ImportCsr(),
    ImportRequests(),
    Revoke(),
    TrialChain(),
    GenerateSymmetricKey(),
    GenerateKey(),
    LocateKey(),
    BackupKey(),
    RestoreKey(),
    DestroyKey(),
    SelfSign(),
    MakeCsr(),
    IssueCertificate(),
    CrossCertify(),
    IssueBatch(),
    IssueCrl(),
    Export(),
    Print(),
    Close(),
)

KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _ALL})
"""Every kind that this version has, by the word after `do =`."""


def action(kind: str) -> Action:
    """The kind of a step that touches something (KeyError for a kind that does not)."""
    found = KINDS[kind]
    if not hasattr(found, "perform"):
        raise KeyError(kind)
    return cast("Action", found)
