"""The command line: its words, and which function each leads to."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from ceremony_app import __version__
from ceremony_app.cli import commands

if TYPE_CHECKING:
    Sub = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name for it

Run = Callable[[argparse.Namespace], int]


def parser() -> argparse.ArgumentParser:
    """The whole command line. Without a command the window opens."""
    top = argparse.ArgumentParser(
        prog="ceremony",
        description="Leads a room of people through a witnessed key ceremony, and proves afterwards what happened.",
        epilog="Exit status: 0 good; 1 a finding; 2 input unusable, or not built yet.",
    )
    top.add_argument("--version", action="version", version=f"ceremony-app {__version__}")
    sub = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _before_the_day(sub)
    _on_the_day(sub)
    _after_the_day(sub)
    _things(sub)
    return top


def _before_the_day(sub: Sub) -> None:
    _add(sub, "list", commands.list_shelf, "shipped definitions: id, title")
    new = _add(sub, "new", commands.new, "one's own definition from the shelf, as one flat file")
    new.add_argument("id", metavar="ID")
    _output(new)
    bind = _add(sub, "bind", commands.bind, "a binding for this room, asked for and observed")
    _definition(bind)
    _output(bind)
    bind.add_argument("--module", metavar="PKCS11.so", help="the PKCS#11 module that drives the tokens")
    _arguments(bind)
    bind.add_argument("--token", action="append", default=[], metavar="ROLE=SERIAL", help="which token a role is")
    bind.add_argument(
        "--person",
        action="append",
        default=[],
        metavar="N=KIND",
        help="how person N signs: room, file:SHA256, card:SERIAL or card:SERIAL:SHA256",
    )
    bind.add_argument("--card-module", metavar="PKCS11.so", help="the module that drives the cards, if another")
    bind.add_argument("--card-arguments", default="", metavar="TEXT", help="what that module is started with")
    bind.add_argument("--medium", action="append", default=[], metavar="NAME=PATH", help="where a medium is mounted")
    bind.add_argument("--place", help="where the ceremony is held")
    bind.add_argument("--printer", help="the print queue")
    bind.add_argument("--rehearsal", action="store_true", help="a binding for a rehearsal on a practice token")
    check = _add(sub, "check", commands.check_definition, "is it fit to be held? world model, people, policy, trial")
    _definition(check)
    _binding(check)
    _approval(check)
    approve = _add(sub, "approve", commands.approve, "approve a definition and its policy pack, or see who has")
    _definition(approve)
    approve.add_argument("--key", metavar="KEYFILE", help="the key file to sign with; its passphrase is asked for")
    approve.add_argument("--reference", metavar="TEXT", help="where the decision is recorded: a minute, a ticket")
    approve.add_argument("--disagree", action="store_true", help="sign that it is not approved")
    approve.add_argument("-o", "--output", metavar="FILE", help="the approval that is written; never overwritten")
    approve.add_argument("--show", nargs="+", default=[], metavar="FILE", help="approvals to be looked at")
    script = _add(sub, "script", commands.script, "the script as a PDF")
    _definition(script)
    _binding(script)
    _output(script)
    _approval(script)
    script.add_argument("--paper", choices=("A4", "Letter"), default="A4")
    script.add_argument(
        "--worksheets", action="store_true", help="instead of it, a sheet for each share that the ceremony hands out"
    )


def _on_the_day(sub: Sub) -> None:
    rehearse = _add(sub, "rehearse", commands.rehearse, "the same steps with a throw-away token")
    _definition(rehearse)
    _output(rehearse, "FOLDER")
    rehearse.add_argument("--unattended", action="store_true", help="the program plays every part")
    rehearse.add_argument("--fault", action="append", default=[], metavar="NAME@STEP", help="a fault to practise")
    _binding(rehearse)
    rehearse.add_argument("--module", metavar="PKCS11.so", help="another module under the rehearsal's own token")
    rehearse.add_argument(
        "--credential", action="append", default=[], metavar="ROLE=KIND", help="how a role signs: card, file or room"
    )
    _input(rehearse)
    _approval(rehearse)
    run = _add(sub, "run", commands.run, "a production ceremony")
    _definition(run)
    _binding(run, required=True)
    _output(run, "FOLDER")
    _input(run)
    _approval(run)
    resume = _add(sub, "resume", commands.resume, "take up an interrupted ceremony where it lies")
    _folder(resume)
    resume.add_argument("--unattended", action="store_true", help="of a rehearsal only")


def _after_the_day(sub: Sub) -> None:
    _folder(_add(sub, "record", commands.record, "make record.pdf and the manifest again from the journal"))
    export = _add(sub, "export", commands.export, "a BagIt bag, read back and compared")
    _folder(export)
    export.add_argument("destination", metavar="DEST")
    export.add_argument("--public", action="store_true", help="without personal texts")
    addendum = _add(sub, "addendum", commands.later, "scans, prints and timestamps made after closing")
    _folder(addendum)
    addendum.add_argument("files", nargs="+", metavar="FILE")
    verify = _add(sub, "verify", commands.verify, "the verdict over a folder, a bag or a record")
    verify.add_argument("path", metavar="FOLDER|BAG|record.pdf|ARCHIVE")
    verify.add_argument("--head", metavar="HEX|WORDS", help="the head from the paper")
    verify.add_argument("--json", action="store_true")


def _things(sub: Sub) -> None:
    lint = _add(sub, "lint", commands.lint, "an existing certificate, request or CRL against a policy pack")
    lint.add_argument("file", metavar="FILE", help="DER, or PEM with one object or several; 1 MiB at the most")
    lint.add_argument("--policy", required=True, metavar="PACK", help="a file, or the id of a shipped policy pack")
    lint.add_argument("--profile", metavar="NAME", help="the pack's profile; else the one that fits best")
    lint.add_argument("--issuer", metavar="FILE", help="the issuer's certificate: signature, names, validity, path")
    lint.add_argument("--json", action="store_true", help="the judgement for a program, one line an object")
    lint.epilog = "Exit status: 0 nothing stands against it; 1 a finding does; 2 it is no such object, or not readable."
    _token(sub)
    credential = _add(sub, "credential", commands.credential, "a person's own signing key, in a file or on a card")
    kinds = credential.add_subparsers(dest="what", required=True, metavar="new|show|re-key")
    for name, words in (
        ("new", "make a key in a new file behind a passphrase, or on a card"),
        ("show", "the key's digest in rows, to be written on paper"),
        ("re-key", "a new key in a new file, for who can open the old one"),
    ):
        one = kinds.add_parser(name, help=words, description=words)
        if name == "re-key":
            one.add_argument("file", metavar="FILE", help="the key file")
            _output(one)
            continue
        one.add_argument("file", metavar="FILE", nargs="?", help="the key file")
        one.add_argument("--card", metavar="SERIAL", help="a card instead: its serial, as `token list` shows it")
        one.add_argument("--module", metavar="PKCS11.so", help="the PKCS#11 module that drives the card")
        _arguments(one)
    register = _add(sub, "register", commands.later, "keys, certificates, due dates and custody over many folders")
    register.add_argument("archive", metavar="ARCHIVE")


def _token(sub: Sub) -> None:
    token = _add(sub, "token", commands.token, "the tokens that are connected, or one of them in full")
    what = token.add_subparsers(dest="what", required=True, metavar="list|inspect")
    for name, words in (
        ("list", "one line a token"),
        ("inspect", "the pre-flight sheet of a token: what it is, and whether it can do what is needed"),
    ):
        one = what.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
        one.add_argument("--module", metavar="PKCS11.so", help="the PKCS#11 module; SoftHSM 2 by default")
        _arguments(one)
        if name == "inspect":
            one.add_argument("serial", metavar="SERIAL", help="the token's serial number, as `token list` shows it")
            one.add_argument("--pin", action="store_true", help="ask for the activation PIN, and log in for the trials")
            one.add_argument("--definition", metavar="DEF", help="try what the keys of this definition need")
            one.add_argument(
                "--role", metavar="NAME", help="which token of the definition it is to be; else all of them"
            )
            one.add_argument("--json", action="store_true", help="sheet and facts for a program")
            one.epilog = "Exit status: 0 no FAIL; 1 a FAIL, or the PIN was not taken; 2 the token is out of reach."


def _add(sub: Sub, name: str, run: Run, words: str) -> argparse.ArgumentParser:
    """A command with its function."""
    made = sub.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
    made.set_defaults(run=run)
    return made


def _definition(command: argparse.ArgumentParser) -> None:
    command.add_argument("definition", metavar="DEF", help="a file, or the id of a shipped definition")


def _folder(command: argparse.ArgumentParser) -> None:
    command.add_argument("folder", metavar="FOLDER", help="a ceremony folder")


def _binding(command: argparse.ArgumentParser, *, required: bool = False) -> None:
    command.add_argument("--binding", metavar="FILE", required=required, help="the binding of the room")


def _arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--arguments", default="", metavar="TEXT", help="what the module is started with, if it asks")


def _output(command: argparse.ArgumentParser, what: str = "FILE") -> None:
    command.add_argument("-o", "--output", required=True, metavar=what, help="what is written; never overwritten")


def _input(command: argparse.ArgumentParser) -> None:
    command.add_argument("--input", action="append", default=[], metavar="NAME=FILE", help="a file that a step imports")


def _approval(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--approval", action="append", default=[], metavar="FILE", help="an approval made with `ceremony approve`"
    )
