"""A program that makes bare PKCS#11 calls and tells how long each took: what the program's own calls are held against.

`python -m scripts.benches.token.bare MODULE SERIAL` reads one JSON object a line: first `{"pin": text}`, then what is
wanted, `{"do": ..., ...}`; and answers each with `{"ms": number}`. It calls the module as `hsm` does, and no more than
that: no worker, no pipe, no check, no look at what came of it. Templates are made before the clock starts.
"""

from __future__ import annotations

import ctypes
import json
import secrets
import sys
import time
from pathlib import Path

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.device import KeySpec, ObjectKind
from ceremony_app.core.secret import Secret
from ceremony_app.hsm import attributes as a
from ceremony_app.hsm import templates
from ceremony_app.hsm.cryptoki import Cryptoki, User
from ceremony_app.hsm.functions import Function
from ceremony_app.hsm.quirks import SOFTHSM
from ceremony_app.hsm.structures import AttributeReader, MechanismCall, attributes_of

_EC_PAIR, _RSA_PAIR, _ECDSA = 0x1040, 0x0000, 0x1041
_DIGEST_OCTETS = 48
_SIGNATURE_OCTETS = 512


def _milliseconds(begin: int) -> float:
    return (time.perf_counter_ns() - begin) / 1e6


class Bare:
    """A module with a session in which the user is logged in."""

    def __init__(self, module: Path, serial: str, pin: Secret) -> None:
        self._module = Cryptoki(module)
        slot = next(slot for slot in self._module.slots() if self._module.token(slot).serial == serial)
        self._session = self._module.open_session(slot)
        self._module.login(self._session, User.USER, pin)

    def generate(self, algorithm: str, *, keep: bool) -> float:
        """C_GenerateKeyPair; the pair is destroyed after the clock has stopped, unless it is to be kept."""
        spec = KeySpec(label=secrets.token_hex(8), id=secrets.token_hex(16), algorithm=Algorithm(algorithm))
        public, private = templates.pair(spec, SOFTHSM)
        mechanism = ctypes.byref(MechanismCall(_RSA_PAIR if spec.algorithm.is_rsa else _EC_PAIR))
        halves = ctypes.c_ulong(), ctypes.c_ulong()
        with attributes_of(public) as one, attributes_of(private) as other:
            answers = ctypes.byref(halves[0]), ctypes.byref(halves[1])
            given = one, len(one), other, len(other), *answers
            begin = time.perf_counter_ns()
            self._module.call(Function.GENERATE_KEY_PAIR, self._session, mechanism, *given)
            taken = _milliseconds(begin)
        for half in () if keep else halves:
            self._module.call(Function.DESTROY_OBJECT, self._session, half.value)
        return taken

    def sign(self) -> float:
        """C_SignInit and C_Sign over a digest, with the one P-384 key of the token."""
        private = {a.CLASS: templates.number_octets(a.PRIVATE_KEY), a.EC_PARAMS: templates.CURVES[Algorithm.P384]}
        (key,) = self._module.find(self._session, private)
        mechanism, digest = ctypes.byref(MechanismCall(_ECDSA)), secrets.token_bytes(_DIGEST_OCTETS)
        answer, length = (ctypes.c_ubyte * _SIGNATURE_OCTETS)(), ctypes.c_ulong(_SIGNATURE_OCTETS)
        begin = time.perf_counter_ns()
        self._module.call(Function.SIGN_INIT, self._session, mechanism, key)
        self._module.call(Function.SIGN, self._session, digest, len(digest), answer, ctypes.byref(length))
        return _milliseconds(begin)

    def enumerate(self, count: int) -> float:
        """C_FindObjects, and for each object one C_GetAttributeValue for all that our own inventory asks for.

        Only EC keys may be there, so many halves of pairs as `count` says: each is asked for what its kind has.
        """
        publics, privates = (
            AttributeReader(a.IDENTITY | dict.fromkeys(a.FLAGS[kind], 1) | a.NUMBERS[kind, a.EC])
            for kind in (ObjectKind.PUBLIC, ObjectKind.PRIVATE)
        )
        public = set(self._module.find(self._session, {a.CLASS: templates.number_octets(a.PUBLIC_KEY)}))
        begin = time.perf_counter_ns()
        handles = self._module.find(self._session, {})
        codes = [self._module.read(self._session, h, publics if h in public else privates) for h in handles]
        taken = _milliseconds(begin)
        if len(handles) != count or any(codes):
            raise RuntimeError(f"{len(handles)} objects instead of {count}, codes {set(codes)}")
        return taken


def main() -> None:
    """Serve until standard input ends."""
    module, serial = sys.argv[1:]
    bare = Bare(Path(module), serial, Secret.of(json.loads(sys.stdin.readline())["pin"]))
    print(json.dumps({"ms": 0.0}), flush=True)
    for line in sys.stdin:
        match json.loads(line):
            case {"do": "generate", "algorithm": algorithm, "keep": keep}:
                taken = bare.generate(algorithm, keep=keep)
            case {"do": "sign"}:
                taken = bare.sign()
            case {"do": "enumerate", "count": count}:
                taken = bare.enumerate(count)
            case unknown:
                raise RuntimeError(f"not understood: {unknown}")
        print(json.dumps({"ms": taken}), flush=True)


if __name__ == "__main__":
    main()
