"""A PKCS#11 module that is loaded and started, and its failures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ceremony_app.core.device import ModuleFacts, TokenFacts
from ceremony_app.core.errors import Executed, TokenFault
from ceremony_app.hsm import refusals
from ceremony_app.hsm.codes import code_of, fault, number_of
from ceremony_app.hsm.cryptoki import Cryptoki, CryptokiError
from ceremony_app.hsm.quirks import tokens_of_keys


@contextmanager
def told(executed: Executed | None = None) -> Iterator[None]:
    """Failures of the module as `TokenFault`; `executed` overrules what the code alone says about certainty."""
    try:
        yield
    except CryptokiError as error:
        told_fault = fault(error.number)
        told_fault.executed = executed or told_fault.executed
        raise told_fault from None
    except TokenFault as known:  # what is uncertain on the outside is not made certain by a call within
        if executed is Executed.UNKNOWN:
            known.executed = executed
        raise


class Module:
    """A PKCS#11 module, loaded and started with the arguments that it takes, if any. Only one thread ever calls it."""

    def __init__(self, path: Path, arguments: str = "") -> None:
        if not path.is_file():
            raise refusals.module_unusable(f"There is no file {path}.")
        try:
            self.raw = Cryptoki(path, arguments)
        except (OSError, AttributeError):  # not a library, or one without C_GetFunctionList
            raise refusals.module_unusable(f"{path} cannot be loaded as a PKCS#11 module.") from None
        except CryptokiError as error:
            if error.number == number_of("ARGUMENTS_BAD"):
                raise refusals.arguments_wrong(str(path), arguments, error.number) from None
            raise fault(error.number, changes=False) from None

    def facts(self) -> ModuleFacts:
        """What the module says of itself."""
        with told(Executed.NO):
            return self.raw.about()

    def tokens(self) -> tuple[tuple[int, TokenFacts], ...]:
        """The slots with a token that answers, and the tokens, without those that no key can be on."""
        found: list[tuple[int, TokenFacts]] = []
        with told(Executed.NO):
            for slot in self.raw.slots():
                with suppress(CryptokiError):
                    found.append((slot, self.raw.token(slot)))
        return tokens_of_keys(self.facts(), found)

    def present(self) -> str:
        """What is behind the module, for people: serials and models, and the codes of slots that do not answer."""
        told_of = [f"{facts.serial or 'an unused slot'} ({facts.model})" for _, facts in self.tokens()]
        with told(Executed.NO):
            for slot in self.raw.slots():
                try:
                    self.raw.token(slot)
                except CryptokiError as error:
                    told_of.append(f"a slot that answers {code_of(error.number).name}")
        return ", ".join(told_of)

    def begin_again(self) -> None:
        """C_Finalize and C_Initialize: some modules see a new token only then. Ends all sessions."""
        self.raw.begin_again()
